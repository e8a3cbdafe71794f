import { describe, expect, it } from "vitest";
import { nextSegment } from "#durable-objects/seat-map/service/segment.ts";
import { MemoryStorage } from "#durable-objects/seat-map/storage/memory.ts";
import { planOf } from "#durable-objects/seat-map/testing/commands.ts";
import { Rig } from "#durable-objects/seat-map/testing/rig.ts";
import { describeLedger } from "../repositories/ledger.contract.ts";
import { memoryLedger } from "./memory-ledger.ts";

describeLedger("in memory", async () => memoryLedger());

describe("a ledger in memory", () => {
  it("changes at once, and shares nothing with who wrote it", async () => {
    const ledger = memoryLedger();
    const { storage, map } = new Rig(new MemoryStorage());
    const rig = new Rig(storage);
    rig.open(planOf(2));
    const { segment } = nextSegment(storage, rig.map.state, { afterSeq: 0, durableSeq: 1 })!;
    const appending = ledger.append(segment);
    expect(ledger.archives.get("evnt_1")!.seq).toBe(1);
    segment.rows[0]!.hash = "changed";
    expect((await ledger.head("evnt_1")).hash).toBe(storage.head().hash);
    expect(map.state.seq).toBe(0);
    await appending;
  });
});
