import { describe, expect, it } from "vitest";
import { chainRows } from "./core/chain.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { rowsWithin } from "./storage/rows-within.ts";

/** A log of `count` rows of two entries each. */
function logOf(count: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let n = 0; n < count; n++) {
    const { seq } = storage.head();
    const entries = [1, 2].map((k) => ({ kind: "CLOSED" as const, seq: seq + k, at: 5 }));
    storage.commit({ rows: chainRows(entries, 1, storage.head()) });
  }
  return storage;
}

const LIMITS = { fromSeq: 1, toSeq: 1_000, limit: 100, characters: 1_000_000 };
const read = (storage: MemoryStorage, limits: Partial<typeof LIMITS> = {}) => {
  const { rows, isFull } = rowsWithin(storage, { ...LIMITS, ...limits });
  return [rows.map(({ firstSeq }) => firstSeq), isFull];
};
const firsts = (count: number, from = 0) => Array.from({ length: count }, (_, n) => (from + n) * 2 + 1);

describe("rows within limits", () => {
  it("are all there are, from the one that holds an entry", () => {
    expect(read(logOf(20))).toEqual([firsts(20), false]);
    expect(read(logOf(20), { fromSeq: 36 })).toEqual([firsts(3, 17), false]);
    expect(read(logOf(3), { fromSeq: 7 })).toEqual([[], false]);
  });

  it("are so many, or so long that one more would not be needed, and one at least", () => {
    const storage = logOf(20);
    expect(read(storage, { limit: 9 })).toEqual([firsts(9), true]);
    const { entries } = storage.rows(1, 1)[0]!;
    expect(read(storage, { characters: entries.length + 1 })).toEqual([firsts(2), true]);
    expect(read(storage, { characters: 1 })).toEqual([firsts(1), true]);
    expect(read(storage, { limit: 20 })).toEqual([firsts(20), false]);
  });

  it("do not go past an entry, in whole rows", () => {
    expect(read(logOf(20), { toSeq: 8 })).toEqual([firsts(4), false]);
    expect(read(logOf(20), { toSeq: 7 })).toEqual([firsts(3), false]);
  });
});
