import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextSegment } from "#durable-objects/seat-map/service/segment.ts";
import { MemoryStorage } from "#durable-objects/seat-map/storage/memory.ts";
import { lock, planOf } from "#durable-objects/seat-map/testing/commands.ts";
import { Rig } from "#durable-objects/seat-map/testing/rig.ts";
import { describeLedger } from "../../workers/inventory/src/repositories/ledger.contract.ts";
import { postgresLedger } from "../../workers/inventory/src/repositories/postgres-ledger.ts";
import { type InventoryDatabase, startInventoryDatabase } from "./postgres.ts";

let under: InventoryDatabase;

beforeAll(async () => {
  under = await startInventoryDatabase();
}, 60_000);
afterAll(() => under.close());

describeLedger("Postgres", async () => postgresLedger(await under.empty()));

describe("Postgres: a ledger with two writers", () => {
  it("keeps each row once, whichever of them comes first", async () => {
    const ledger = postgresLedger(await under.empty());
    const { storage, map } = sold(40);
    const segment = (afterSeq: number, durableSeq: number) =>
      nextSegment(storage, map.state, { afterSeq, durableSeq })!.segment;
    // One life of the object did not live to note what it had handed on; the next one hands on more.
    await ledger.append(segment(0, 5));
    for (let seq = 5; seq < 40; seq += 5) {
      const [short, long] = [segment(seq, seq + 3), segment(seq, seq + 5)];
      await Promise.allSettled([ledger.append(short), ledger.append(long), ledger.append(short)]);
      await ledger.append(long);
    }
    const rows = await ledger.rows("evnt_1", 1, { limit: 100, characters: 1_000_000 });
    expect(rows).toEqual(storage.rows(1, 40));
    const { places, projectedSeq } = await ledger.places("evnt_1", { placeId: "", limit: 100 });
    expect([projectedSeq, places.length]).toEqual([40, 39]);
    expect(places.every(({ status }) => status === "LOCKED")).toBe(true);
  });
});

/** A map of `entries` entries, one a row: it was opened, then its seats were locked. */
function sold(entries: number): Rig {
  const rig = new Rig(new MemoryStorage());
  rig.open(planOf(entries));
  for (let n = 1; n < entries; n++) rig.do(lock(`bkg_${n}`, [`A-${n}`]));
  return rig;
}
