import { describe, expect, it } from "vitest";
import { confirm, lock } from "#durable-objects/seat-map/testing/commands.ts";
import { opened, platform } from "#durable-objects/seat-map/testing/platform.ts";
import { MAX_DECISIONS } from "#shared/rpc/audit/inventory.ts";
import { inventoryAudit } from "./audit.ts";

/** An auditor's questions to inventory, where events have the maps that are given. */
function auditOf(maps: Record<string, Awaited<ReturnType<typeof opened>>["map"]>) {
  const asked: string[] = [];
  const seatMapOf = (eventId: string) => {
    asked.push(eventId);
    return maps[eventId]!;
  };
  const ids = Object.keys(maps).sort();
  const after = async (eventId: string, limit: number) => ids.filter((id) => id > eventId).slice(0, limit);
  const audit = inventoryAudit({ seatMapOf }, { after, has: async (eventId) => eventId in maps });
  return { audit, asked };
}

describe("what inventory tells an auditor", () => {
  it("is where a map stands, what it has decided and what buyers see", async () => {
    const { map } = await opened(20);
    await map.apply([lock("bkg_1", ["A-1"]), lock("bkg_2", ["A-2"], 2), confirm("bkg_1")]);
    const { audit } = auditOf({ evnt_1: map });
    const { planVersion: _, ...head } = await map.head();
    expect(await audit.map("evnt_1")).toEqual({ eventId: "evnt_1", ...head });
    const [first] = await audit.decisions({ eventId: "evnt_1", from: 0, limit: 1 });
    expect(first).toMatchObject({
      ownerId: "bkg_1",
      kind: "booking",
      status: "RESERVED",
      held: 1,
      position: 0,
    });
    expect(await audit.decisionsOf("evnt_1", ["bkg_2"])).toMatchObject([
      { ownerId: "bkg_2", status: "LOCKED", seatIds: ["A-2", "ga:Floor:1", "ga:Floor:2"], held: 3 },
    ]);
    const { seq, seatIds, packed, generalAdmission } = await map.viewWithIds();
    expect(await audit.seats("evnt_1")).toEqual({ seq, seatIds, packed, generalAdmission });
    expect(await audit.events({ afterId: "", limit: 10 })).toEqual(["evnt_1"]);
  });

  it("is bounded, whatever is asked for", async () => {
    const { map } = await opened(500);
    const all = Array.from({ length: 250 }, (_, n) => lock(`bkg_${n}`, [`A-${n + 1}`]));
    await map.apply(all);
    const { audit } = auditOf({ evnt_1: map });
    expect(await audit.decisions({ eventId: "evnt_1", from: 0, limit: 1_000 })).toHaveLength(MAX_DECISIONS);
    const ids = all.map(({ owner }) => owner.id);
    expect(await audit.decisionsOf("evnt_1", ids)).toHaveLength(MAX_DECISIONS);
  });

  it("is nothing of an event that has no map, and makes none", async () => {
    const { audit, asked } = auditOf({});
    expect(await audit.map("evnt_none")).toBeNull();
    expect(await audit.seats("evnt_none")).toBeNull();
    expect(await audit.decisions({ eventId: "evnt_none", from: 0, limit: 1 })).toEqual([]);
    expect(await audit.decisionsOf("evnt_none", ["bkg_1"])).toEqual([]);
    await audit.poke("evnt_none");
    expect(asked).toEqual([]);
  });

  it("is nothing of a map that was never opened", async () => {
    const { audit } = auditOf({ evnt_1: platform().map });
    expect(await audit.map("evnt_1")).toBeNull();
  });
});
