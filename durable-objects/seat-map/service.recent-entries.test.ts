import { expect, it } from "vitest";
import { RecentEntries } from "./service/recent-entries.ts";

const entries = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ kind: "CLOSED" as const, seq: from + n, at: 5 }));
const seqs = (found: { seq: number }[] | undefined) => found?.map(({ seq }) => seq);

it("entries that were just written are known until they were handed on, and only those that are durable are given", () => {
  const recent = new RecentEntries();
  expect(recent.between(0, 0, 10)).toBeUndefined();
  recent.note(entries(4, 6));
  recent.note(entries(7, 8));
  expect(seqs(recent.between(3, 7, 10))).toEqual([4, 5, 6, 7]);
  expect(seqs(recent.between(5, 8, 2))).toEqual([6, 7]);
  expect(seqs(recent.between(8, 8, 10))).toEqual([]);
  // What the wake before left behind is in the log alone.
  expect(recent.between(2, 8, 10)).toBeUndefined();
  recent.forget(6);
  expect(seqs(recent.between(6, 8, 10))).toEqual([7, 8]);
  expect(recent.between(5, 8, 10)).toBeUndefined();
  recent.forget(99);
  recent.note(entries(9, 9));
  expect(seqs(recent.between(8, 9, 10))).toEqual([9]);
});

it("entries are let go where too many wait, for the log has them", () => {
  const recent = new RecentEntries();
  recent.note(entries(1, 20_000));
  recent.note(entries(20_001, 20_002));
  expect(recent.between(0, 20_002, 10)).toBeUndefined();
  expect(seqs(recent.between(20_000, 20_002, 10))).toEqual([20_001, 20_002]);
  recent.forget(20_001);
  for (let n = 0; n < 30_000; n++) {
    recent.note(entries(20_003 + n, 20_003 + n));
    recent.forget(20_002 + n);
  }
  expect(seqs(recent.between(50_001, 50_002, 10))).toEqual([50_002]);
});
