import { describe, expect, it } from "vitest";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { rowHash } from "./core/chain.ts";
import { encodePlan } from "./core/layout.ts";
import { type MapAt, rebuildMap } from "./core/rebuild.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { confirm, lock, planOf, release } from "./testing/commands.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

const rig = () => new Rig(new MemoryStorage());

/** The rig's ledger two rows a page, once `change` has been at it. */
const sourceOf = ({ map, storage }: Rig, change: (rows: LedgerRow[]) => LedgerRow[] = (rows) => rows) => ({
  layout: async () => (map.state.opened ? encodePlan(map.state.opened) : null),
  page: async (fromSeq: number) => {
    const rows = change(storage.rows(1, 1_000));
    const first = rows.findIndex(({ lastSeq }) => lastSeq >= fromSeq);
    const page = first < 0 ? [] : rows.slice(first, first + 2);
    return { rows: page, nextSeq: page.length === 0 ? null : page.at(-1)!.lastSeq + 1 };
  },
});

const seen = (map: MapAt | null) =>
  map?.places?.map(({ id, status, owner }) => [id, status, owner?.id].filter(Boolean).join(" "));

/** A small history: two sales, a plan that gains a seat and blocks one, a release, an expiry. */
function history(): Rig {
  const it = rig();
  it.open(planOf(2, 1)); // 1
  it.do(lock("bkg_1", ["A-1"])); // 2
  it.do(confirm("bkg_1")); // 3
  it.do(lock("bkg_2", ["A-2"], 1)); // 4
  it.open({ ...planOf(3, 1), planVersion: 2, blockedSeatIds: ["A-2", "A-3"] }); // 5 and 6
  it.do(release("bkg_2")); // 7
  it.open({ ...planOf(3, 1), planVersion: 3 }); // 8 and 9
  it.do(lock("bkg_3", ["A-2"])); // 10
  it.reading += LOCK_TTL_MS;
  it.expire(); // 11
  return it;
}

describe("a map that is rebuilt", () => {
  it.each<[number, version: number, places: string[]]>([
    [0, 0, []],
    [1, 1, ["A-1 AVAILABLE", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE"]],
    [2, 1, ["A-1 LOCKED bkg_1", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE"]],
    [3, 1, ["A-1 RESERVED bkg_1", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE"]],
    [4, 1, ["A-1 RESERVED bkg_1", "A-2 LOCKED bkg_2", "ga:Floor:1 LOCKED bkg_2"]],
    [6, 2, ["A-1 RESERVED bkg_1", "A-2 LOCKED bkg_2", "ga:Floor:1 LOCKED bkg_2", "A-3 BLOCKED"]],
    [7, 2, ["A-1 RESERVED bkg_1", "A-2 BLOCKED", "ga:Floor:1 AVAILABLE", "A-3 BLOCKED"]],
    [9, 3, ["A-1 RESERVED bkg_1", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE", "A-3 AVAILABLE"]],
    [10, 3, ["A-1 RESERVED bkg_1", "A-2 LOCKED bkg_3", "ga:Floor:1 AVAILABLE", "A-3 AVAILABLE"]],
    [11, 3, ["A-1 RESERVED bkg_1", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE", "A-3 AVAILABLE"]],
  ])("at entry %i has the plan and the places of then", async (seq, planVersion, places) => {
    const it = history();
    const { map, head, rows, broken } = await rebuildMap(sourceOf(it), seq);
    expect(map).toMatchObject({ seq, planVersion, closed: false });
    expect(seen(map)).toEqual(places);
    expect([head, rows, broken]).toEqual([it.storage.head(), 9, null]);
  });

  it("says whose each place is, when that was, and under which wake", async () => {
    const it = history();
    const { map } = await rebuildMap(sourceOf(it), 2);
    expect(map).toMatchObject({ epoch: 1, at: 1_000_000 });
    expect(map!.places![0]!.owner).toEqual({ kind: "booking", id: "bkg_1", userId: "usr_of_bkg_1" });
  });

  it("is the last one where the ledger ends before the entry, and empty where there is none", async () => {
    const it = history();
    it.close();
    expect((await rebuildMap(sourceOf(it), 99)).map).toMatchObject({ seq: 12, closed: true });
    expect(await rebuildMap(sourceOf(rig()), 5)).toMatchObject({ map: { seq: 0, places: [] }, rows: 0 });
  });

  it("has no places while a plan was in force that was replaced before anything was decided", async () => {
    const it = rig();
    it.open({ ...planOf(9, 1), blockedSeatIds: ["A-9"] }); // 1 and 2
    it.open({ ...planOf(2, 1), planVersion: 2 }); // 3
    it.open({ ...planOf(2, 1), planVersion: 3 }); // 4: the same places
    it.do(lock("bkg_1", ["A-1"])); // 5
    expect((await rebuildMap(sourceOf(it), 2)).map).toMatchObject({ planVersion: 1, places: null });
    const free = ["A-1 AVAILABLE", "A-2 AVAILABLE", "ga:Floor:1 AVAILABLE"];
    expect(seen((await rebuildMap(sourceOf(it), 3)).map)).toEqual(free);
    expect(seen((await rebuildMap(sourceOf(it), 4)).map)).toEqual(free);
  });
});

describe("a chain", () => {
  const forge = (entries: (text: string) => string) => (rows: LedgerRow[]) =>
    rows.map((row) => {
      if (row.firstSeq !== 3) return row;
      const forged = { ...row, entries: entries(row.entries) };
      return { ...forged, hash: rowHash(forged) };
    });

  it.each<[string, (rows: LedgerRow[]) => LedgerRow[], firstSeq: number, afterSeq: number]>([
    ["a changed entry", (rows) => rows.map((r) => (r.firstSeq === 3 ? { ...r, at: 7 } : r)), 3, 2],
    ["a row that is gone", (rows) => rows.filter(({ firstSeq }) => firstSeq !== 3), 4, 2],
    ["a sound row of another history", forge((text) => text.replace("bkg_1", "bkg_9")), 4, 3],
    ["a first row that is gone", (rows) => rows.slice(1), 2, 0],
  ])("is broken by %s, and the first link is named", async (_, change, firstSeq, afterSeq) => {
    const source = sourceOf(history(), change);
    const last = await rebuildMap(source, 11);
    expect(last).toMatchObject({ map: null, broken: { firstSeq, afterSeq }, head: { seq: afterSeq } });
    // What comes before the break is vouched for.
    const before = await rebuildMap(source, afterSeq);
    expect(before.map?.seq).toBe(afterSeq);
  });

  it("does not vouch for a row that holds fewer entries than it says", async () => {
    const emptied = rebuildMap(
      sourceOf(
        history(),
        forge(() => "[]"),
      ),
      11,
    );
    await expect(emptied).rejects.toThrow("the row at 3 does not end at 3");
  });

  it("does not vouch for another layout", async () => {
    const it = history();
    const of = (seats: number, planVersion: number) => {
      const other = rig();
      other.open({ ...planOf(seats, 1), planVersion });
      return rebuildMap({ ...sourceOf(it), layout: sourceOf(other).layout }, 11);
    };
    await expect(of(4, 3)).rejects.toThrow("not the one that the ledger opened last");
    await expect(of(2, 1)).rejects.toThrow("the plan has changed since the layout was read");
  });
});
