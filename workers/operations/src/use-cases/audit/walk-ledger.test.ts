import { describe, expect, it } from "vitest";
import { confirm, lock, planOf } from "#durable-objects/seat-map/testing/commands.ts";
import { type opened, platform } from "#durable-objects/seat-map/testing/platform.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { AuditWorld } from "../../testing/audit-world.ts";
import { NOW } from "../../testing/bookings-seen.ts";
import type { AuditDeps } from "./deps.ts";
import { walkLedger } from "./walk-ledger.ts";

type Map = Awaited<ReturnType<typeof opened>>["map"];

const SCOPE = { eventId: null, startedAt: NOW };

async function sold(): Promise<Map> {
  const { map } = platform();
  await map.open({ ...planOf(9), blockedSeatIds: ["A-9"] });
  await map.apply([lock("bkg_1", ["A-1"], 2), lock("bkg_2", ["A-2"]), confirm("bkg_1")]);
  return map;
}

/** An auditor before one map, whose rows and view a test may have changed on the way. */
function auditing(
  map: Map,
  {
    rows = (read) => read,
    seen = (view) => view,
  }: {
    rows?: (read: LedgerRow[]) => LedgerRow[];
    seen?: (view: Awaited<ReturnType<Map["viewWithIds"]>>) => unknown;
  } = {},
): AuditDeps {
  const { deps } = new AuditWorld();
  return {
    ...deps,
    inventory: { ...deps.inventory, seats: async () => seen(await map.viewWithIds()) as never },
    ledger: {
      ...deps.ledger,
      ledgerLayout: () => map.layout(),
      async ledgerPage(_eventId, fromSeq) {
        const read = rows(await map.ledger(fromSeq, 2));
        return { rows: read, nextSeq: read.length > 0 ? read.at(-1)!.lastSeq + 1 : null };
      },
    },
  };
}

const walk = (deps: AuditDeps) => walkLedger(deps, SCOPE, { at: "ledger", eventId: "evnt_1" });
const said = async (deps: AuditDeps) =>
  (await walk(deps)).findings.map(({ check, detail }) => [check, detail]);

describe("an event's ledger", () => {
  it("that gives the map which buyers see is not a finding", async () => {
    const map = await sold();
    const { seq } = await map.view();
    expect(await walk(auditing(map))).toMatchObject({ findings: [], counted: { "ledger entries": seq } });
  });

  it("is one where a row was changed", async () => {
    const changed = (row: LedgerRow) => ({ ...row, entries: row.entries.replace("bkg_2", "bkg_9") });
    const deps = auditing(await sold(), { rows: (read) => read.map(changed) });
    expect(await said(deps)).toEqual([
      ["ledger-broken", expect.stringMatching(/^the row at \d+ does not follow/)],
    ]);
  });

  it("is one where its end is missing", async () => {
    const deps = auditing(await sold(), { rows: (read) => read.filter(({ firstSeq }) => firstSeq === 1) });
    expect(await said(deps)).toEqual([
      ["ledger-broken", expect.stringMatching(/^ends at entry \d+, and the map/)],
    ]);
  });

  it("is one where buyers see another seat, or another number of free places", async () => {
    const packed = (was: Uint8Array) => {
      const next = was.slice();
      next[0]! ^= 0b11;
      return next;
    };
    const map = await sold();
    const other = auditing(map, { seen: (view) => ({ ...view, packed: packed(view.packed) }) });
    expect(await said(other)).toEqual([["ledger-differs", expect.stringMatching(/A-1 is RESERVED by it$/)]]);
    const areas = [{ name: "Floor", available: 5 }];
    const free = auditing(map, { seen: (view) => ({ ...view, generalAdmission: areas }) });
    expect(await said(free)).toEqual([
      ["ledger-differs", expect.stringMatching(/Floor has 3 free places by it, not 5$/)],
    ]);
  });

  it("is not blamed for a service that does not answer", async () => {
    const deps = auditing(await sold(), {
      rows: () => {
        throw new Unavailable("inventory");
      },
    });
    await expect(walk(deps)).rejects.toThrow("inventory");
  });

  it("of an event without a map is none", async () => {
    expect(await walk(new AuditWorld().deps)).toMatchObject({ findings: [], next: { at: "projection" } });
  });
});
