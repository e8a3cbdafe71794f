import { describe, expect, it } from "vitest";
import { recordBytes } from "../log-store.ts";
import { TailCache } from "../tail-cache.ts";
import { INTEREST_MS } from "./limits.ts";
import { Tail } from "./tail.ts";

const LIMITS = { maxRecords: 100, maxBytes: 1_000_000 };
const place = { topic: "t", partition: 0 };

/** What a poll brings: records at these offsets, each with its offset as value. */
function brought(offsets: number[], next = (offsets.at(-1) ?? -1) + 1) {
  const records = offsets.map((offset) => {
    const record = { ...place, offset, timestamp: 0, key: null, value: `${offset}`, headers: [] };
    return { record, bytes: recordBytes(record) };
  });
  return { records, next };
}

function tailAt(offset: number, cacheBytes = 1_000_000) {
  return new Tail({ ...place, offset }, new TailCache(cacheBytes), 0);
}
const values = (tail: Tail, from: number, limits = LIMITS) =>
  tail.from(from, limits)?.records.map(({ offset }) => offset);

describe("a tail", () => {
  it("has each record once, whichever of two polls brings it first", () => {
    const tail = tailAt(5);
    tail.take(5, brought([5, 6, 7]));
    tail.take(5, brought([5, 6]));
    tail.take(7, brought([7, 8]));
    expect(values(tail, 5)).toEqual([5, 6, 7, 8]);
    expect(values(tail, 7)).toEqual([7, 8]);
    expect(tail.next).toBe(9);
  });

  it("finds its way where offsets have gaps, and goes on behind what no reader sees", () => {
    const tail = tailAt(0);
    tail.take(0, brought([0, 3, 4, 9], 12));
    expect(values(tail, 1)).toEqual([3, 4, 9]);
    expect(values(tail, 5)).toEqual([9]);
    expect(tail.next).toBe(12);
  });

  it("stops at the limits, but always has one record", () => {
    const tail = tailAt(0);
    tail.take(0, brought([0, 1, 2]));
    expect(values(tail, 0, { maxRecords: 2, maxBytes: 1_000 })).toEqual([0, 1]);
    expect(values(tail, 0, { maxRecords: 9, maxBytes: 2 })).toEqual([0, 1]);
    expect(values(tail, 1, { maxRecords: 9, maxBytes: 0 })).toEqual([1]);
  });

  it("leaves to the brokers what it has never had, or has no more", () => {
    const tail = tailAt(5, 600);
    expect(tail.from(5, LIMITS)).toBeUndefined();
    tail.take(5, brought([5, 6, 7]));
    expect(values(tail, 4)).toBeUndefined();
    expect(values(tail, 5)).toBeUndefined();
    expect(values(tail, 6)).toEqual([6, 7]);
  });

  it("wakes who waits for an offset once it is there, and nobody else", () => {
    const tail = tailAt(0);
    const woken: string[] = [];
    tail.watch({ wake: () => woken.push("at the end") }, 0);
    tail.watch({ wake: () => woken.push("beyond") }, 2);
    tail.take(0, brought([0]));
    expect(woken).toEqual(["at the end"]);
  });

  it("wakes who is passed by the end while it is looked up", () => {
    const tail = tailAt(7);
    let woken = 0;
    tail.watch({ wake: () => (woken += 1) }, 7);
    tail.restart(3);
    expect(woken).toBe(0);
    tail.restart(9);
    expect(woken).toBe(1);
  });

  it("takes nothing of a poll that was sent before a restart further back", () => {
    const tail = tailAt(50);
    tail.restart(10);
    tail.take(50, brought([50, 51]));
    expect(tail.next).toBe(10);
    tail.take(10, brought([10]));
    expect(values(tail, 10)).toEqual([10]);
  });

  it("is of interest while somebody watches, and a while after", () => {
    const tail = tailAt(0);
    const watcher = { wake: () => {} };
    tail.watch(watcher, 0);
    expect(tail.isOfInterest(INTEREST_MS * 2)).toBe(true);
    tail.leave(watcher, 1_000);
    expect(tail.isOfInterest(1_000 + INTEREST_MS - 1)).toBe(true);
    expect(tail.isOfInterest(1_000 + INTEREST_MS)).toBe(false);
  });
});
