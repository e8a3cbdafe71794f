import { beforeEach, describe, expect, it } from "vitest";
import { GENESIS, rowHash } from "#durable-objects/seat-map/core/chain.ts";
import { encodePlan } from "#durable-objects/seat-map/core/layout.ts";
import type { LedgerSegment } from "#durable-objects/seat-map/rpc.ts";
import { nextSegment } from "#durable-objects/seat-map/service/segment.ts";
import { MemoryStorage } from "#durable-objects/seat-map/storage/memory.ts";
import { confirm, lock, planOf, release } from "#durable-objects/seat-map/testing/commands.ts";
import { Rig } from "#durable-objects/seat-map/testing/rig.ts";
import { rebuildPlaces } from "../use-cases/rebuild-places.ts";
import { type Ledger, LedgerFork } from "./ledger.ts";

const EVENT = "evnt_1";
const ALL = { limit: 100, characters: 1_000_000 };
const FROM_THE_FIRST = { placeId: "", limit: 100 };

/** The rows of a map after one entry up to another, as it hands them on. */
function segment({ storage, map }: Rig, afterSeq: number, durableSeq: number): LedgerSegment {
  return nextSegment(storage, map.state, { afterSeq, durableSeq })!.segment;
}

/** A map with a row for each of its nine entries. */
function history(): Rig {
  const rig = new Rig(new MemoryStorage());
  rig.open(planOf(3, 1)); // 1
  rig.do(lock("bkg_1", ["A-1", "A-2"], 1)); // 2
  rig.do(confirm("bkg_1")); // 3
  rig.do(lock("bkg_2", ["A-1"])); // 4: refused
  rig.do(lock("bkg_2b", ["A-3"])); // 5
  rig.do(release("bkg_1")); // 6
  rig.do(lock("bkg_3", ["A-2"])); // 7
  rig.open({ ...planOf(4, 1), planVersion: 2 }); // 8
  rig.do(release("bkg_2b")); // 9
  return rig;
}

const owner = (id: string) => ({ kind: "booking", id, userId: `usr_of_${id}` });

/** The invariants of {@link Ledger}, for any implementation. `empty` gives one without any row. */
export function describeLedger(name: string, empty: () => Promise<Ledger>): void {
  let ledger: Ledger;
  let rig: Rig;
  beforeEach(async () => {
    ledger = await empty();
    rig = history();
  });
  const keep = (afterSeq: number, toSeq: number) => ledger.append(segment(rig, afterSeq, toSeq));
  const allRows = () => ledger.rows(EVENT, 1, ALL);
  const allPlaces = async () =>
    (await ledger.places(EVENT, FROM_THE_FIRST)).places.map(({ placeId, status, owner, seq }) =>
      [placeId, status, owner?.id ?? "-", seq].join(" "),
    );

  describe(`${name}: a ledger`, () => {
    it("begins empty, at the genesis", async () => {
      expect(await ledger.head(EVENT)).toEqual({ ...GENESIS, projectedSeq: 0 });
      expect([await allRows(), await allPlaces(), await ledger.layout(EVENT)]).toEqual([[], [], null]);
    });

    it("keeps rows as they are, in any pieces, each event's for itself", async () => {
      await keep(0, 3);
      await keep(3, 4);
      await keep(4, 9);
      expect(await allRows()).toEqual(rig.storage.rows(1, 100));
      expect(await ledger.head(EVENT)).toEqual({ ...rig.storage.head(), projectedSeq: 9 });
      await ledger.append({ ...segment(rig, 0, 2), eventId: "evnt_2" });
      expect((await ledger.head("evnt_2")).seq).toBe(2);
      expect((await ledger.head(EVENT)).seq).toBe(9);
    });

    it("reads back from the row that holds an entry, so many and so long", async () => {
      const wide = new Rig(new MemoryStorage());
      wide.open({ ...planOf(3, 1), blockedSeatIds: ["A-1"] }); // 1 and 2, in one row
      wide.do(lock("bkg_1", ["A-2"])); // 3
      wide.do(confirm("bkg_1")); // 4
      await ledger.append(segment(wide, 0, 4));
      const firsts = async (seq: number, limits: Partial<typeof ALL> = {}) =>
        (await ledger.rows(EVENT, seq, { ...ALL, ...limits })).map(({ firstSeq }) => firstSeq);
      expect(await firsts(2)).toEqual([1, 3, 4]);
      expect(await firsts(3)).toEqual([3, 4]);
      expect(await firsts(5)).toEqual([]);
      expect(await firsts(1, { limit: 2 })).toEqual([1, 3]);
      expect(await firsts(1, { characters: 1 })).toEqual([1]);
    });

    it("passes over what it has: a repeat, an earlier piece, one that overlaps", async () => {
      await keep(0, 5);
      await keep(0, 5);
      await keep(1, 3);
      await keep(2, 7);
      await keep(6, 9);
      expect(await allRows()).toEqual(rig.storage.rows(1, 100));
      expect(await ledger.head(EVENT)).toMatchObject({ seq: 9, projectedSeq: 9 });
    });

    it("lets in no row that leaves a gap, or comes of another history", async () => {
      await expect(keep(1, 3)).rejects.toThrow(LedgerFork);
      await keep(0, 5);
      await expect(keep(6, 9)).rejects.toThrow("it is at entry 5");
      const other = new Rig(new MemoryStorage());
      other.open(planOf(3, 1));
      for (const n of [1, 2, 3, 4, 5, 6, 7]) other.do(lock(`bkg_${n}`, ["A-2"]));
      await expect(ledger.append(segment(other, 5, 7))).rejects.toThrow(LedgerFork);
      await expect(ledger.append(segment(other, 2, 7))).rejects.toThrow(LedgerFork);
      await expect(ledger.append(segment(other, 2, 4))).rejects.toThrow(LedgerFork);
      expect(await allRows()).toEqual(rig.storage.rows(1, 5));
      expect(await ledger.head(EVENT)).toMatchObject({ seq: 5, projectedSeq: 5 });
      await keep(5, 9);
    });

    it("lets in no row of another number, though it names the hash of the last one", async () => {
      await keep(0, 5);
      const next = segment(rig, 5, 6);
      const later = { ...next.rows[0]!, firstSeq: 9, lastSeq: 9 };
      const rows = [{ ...later, hash: rowHash(later) }];
      await expect(ledger.append({ ...next, rows })).rejects.toThrow("it is at entry 5");
    });

    it("lets in no rows that do not follow one another, and none that is not what it says", async () => {
      const whole = segment(rig, 0, 5);
      const gap = { ...whole, rows: whole.rows.toSpliced(2, 1) };
      const edited = whole.rows.map((row) => (row.firstSeq === 2 ? { ...row, at: row.at + 1 } : row));
      const forged = edited.map((row) => (row.firstSeq === 2 ? { ...row, hash: rowHash(row) } : row));
      for (const rows of [gap.rows, edited, forged]) {
        await expect(ledger.append({ ...whole, rows })).rejects.toThrow(LedgerFork);
      }
      expect(await allRows()).toEqual([]);
    });

    it("knows the plan in which its rows are read, the newest that was opened", async () => {
      const first = new Rig(new MemoryStorage());
      first.open(planOf(3, 1));
      await ledger.append(segment(first, 0, 1));
      expect(await ledger.layout(EVENT)).toBe(encodePlan(first.map.state.opened!));
      await keep(1, 7);
      await keep(7, 9);
      expect(await ledger.layout(EVENT)).toBe(encodePlan(rig.map.state.opened!));
    });
  });

  describe(`${name}: the places of a ledger`, () => {
    it("are who has what after its last entry, by entry, in any pieces", async () => {
      await keep(0, 2);
      expect(await allPlaces()).toEqual([
        ...["A-1 LOCKED bkg_1 2", "A-2 LOCKED bkg_1 2", "ga:Floor:1 LOCKED bkg_1 2"],
      ]);
      await keep(2, 5);
      const reserved = ["A-1 RESERVED bkg_1 3", "A-2 RESERVED bkg_1 3", "A-3 LOCKED bkg_2b 5"];
      expect(await allPlaces()).toEqual([...reserved, "ga:Floor:1 RESERVED bkg_1 3"]);
      const { places } = await ledger.places(EVENT, FROM_THE_FIRST);
      expect(places[0]!.owner).toEqual(owner("bkg_1"));
      await keep(3, 9);
      expect(await allPlaces()).toEqual([
        ...["A-1 AVAILABLE - 6", "A-2 LOCKED bkg_3 7", "A-3 AVAILABLE - 9", "ga:Floor:1 AVAILABLE - 6"],
      ]);
    });

    it("come page by page, with the entry up to which they are right", async () => {
      await keep(0, 9);
      const page = async (placeId: string) => {
        const { projectedSeq, places } = await ledger.places(EVENT, { placeId, limit: 2 });
        return [projectedSeq, ...places.map((place) => place.placeId)];
      };
      expect(await page("")).toEqual([9, "A-1", "A-2"]);
      expect(await page("A-2")).toEqual([9, "A-3", "ga:Floor:1"]);
      expect(await page("ga:Floor:1")).toEqual([9]);
    });

    it("are blocked once they are freed, and begin anew with a plan until there are decisions", async () => {
      const blocking = new Rig(new MemoryStorage());
      blocking.open({ ...planOf(3, 1), blockedSeatIds: ["A-1", "A-2"] }); // 1 and 2
      blocking.open({ ...planOf(3, 1), planVersion: 2, blockedSeatIds: ["A-2"] }); // 3 and 4
      blocking.do(lock("bkg_1", ["A-1"])); // 5
      blocking.open({ ...planOf(3, 1), planVersion: 3, blockedSeatIds: ["A-1", "A-3"] }); // 6 and 7
      blocking.do(release("bkg_1")); // 8
      await ledger.append(segment(blocking, 0, 2));
      expect(await allPlaces()).toEqual(["A-1 BLOCKED - 2", "A-2 BLOCKED - 2"]);
      await ledger.append(segment(blocking, 2, 4));
      expect(await allPlaces()).toEqual(["A-2 BLOCKED - 4"]);
      await ledger.append(segment(blocking, 4, 7));
      expect(await allPlaces()).toEqual(["A-1 LOCKED bkg_1 7", "A-2 AVAILABLE - 7", "A-3 BLOCKED - 7"]);
      await ledger.append(segment(blocking, 7, 8));
      expect(await allPlaces()).toEqual(["A-1 BLOCKED - 8", "A-2 AVAILABLE - 7", "A-3 BLOCKED - 7"]);
      const before = await allPlaces();
      await rebuildPlaces({ ledger }, EVENT);
      expect(await allPlaces()).toEqual(before);
    });

    it("are made anew from the rows, and wait for that before they go on", async () => {
      await keep(0, 6);
      const before = await allPlaces();
      await ledger.clearPlaces(EVENT);
      expect(await ledger.head(EVENT)).toMatchObject({ seq: 6, projectedSeq: 0 });
      await keep(6, 7);
      expect([await allPlaces(), (await ledger.head(EVENT)).projectedSeq]).toEqual([[], 0]);
      const { changes } = segment(rig, 0, 6);
      await ledger.project(EVENT, { fromSeq: 3, toSeq: 6, changes });
      expect(await allPlaces()).toEqual([]);
      await ledger.project(EVENT, { fromSeq: 0, toSeq: 6, changes });
      expect(await allPlaces()).toEqual(before);
      // Not there yet: what is kept now is not theirs.
      await keep(7, 8);
      expect(await ledger.head(EVENT)).toMatchObject({ seq: 8, projectedSeq: 6 });
      await ledger.project(EVENT, { fromSeq: 6, toSeq: 8, changes: segment(rig, 6, 8).changes });
      await keep(8, 9);
      expect(await ledger.head(EVENT)).toMatchObject({ seq: 9, projectedSeq: 9 });
      const whole = await allPlaces();
      expect(whole).toContain("A-3 AVAILABLE - 9");
      await rebuildPlaces({ ledger }, EVENT);
      expect([await allPlaces(), (await ledger.head(EVENT)).projectedSeq]).toEqual([whole, 9]);
    });

    it("never move past what is kept", async () => {
      await keep(0, 2);
      await ledger.clearPlaces(EVENT);
      await ledger.project(EVENT, { fromSeq: 0, toSeq: 5, changes: segment(rig, 0, 5).changes });
      expect([await allPlaces(), (await ledger.head(EVENT)).projectedSeq]).toEqual([[], 0]);
    });
  });
}
