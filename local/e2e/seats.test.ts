import { describe, expect, it } from "vitest";
import type { Seat } from "./context.ts";
import { choose, freePairs } from "./seats.ts";

const seat = (row: string, number: string, status: Seat["status"] = "AVAILABLE"): Seat => ({
  ...{ id: `${row}-${number}`, section: "Stalls", row, number, status },
  ...{ tier: "A", price: 100, currency: "EUR" },
});
const ids = (pairs: [Seat, Seat][]) => pairs.map((pair) => pair.map(({ id }) => id).join("+"));

describe("free pairs", () => {
  it("are free, in one row, and without a seat between them", () => {
    const seats = [
      seat("A", "1"),
      seat("A", "2"),
      seat("A", "3", "RESERVED"),
      seat("A", "4"),
      seat("B", "5"),
    ];
    expect(ids(freePairs(seats))).toEqual(["A-1+A-2"]);
  });

  it("are two apart where a row has only odd numbers, in either direction", () => {
    expect(ids(freePairs([seat("A", "5"), seat("A", "3"), seat("A", "1")]))).toEqual(["A-5+A-3", "A-3+A-1"]);
  });

  it("do not reach over a gap", () => {
    expect(ids(freePairs([seat("A", "1"), seat("A", "2"), seat("A", "4"), seat("A", "5")]))).toEqual([
      "A-1+A-2",
      "A-4+A-5",
    ]);
  });

  it("are none where numbers say nothing, and none in rows of one", () => {
    expect(freePairs([seat("A", "x"), seat("A", "y"), seat("B", "1")])).toEqual([]);
  });
});

describe("choose", () => {
  it("takes what the random number points at, and nothing out of nothing", () => {
    expect([0, 0.5, 0.999].map((at) => choose(["a", "b", "c"], () => at))).toEqual(["a", "b", "c"]);
    expect(choose([], () => 0)).toBeUndefined();
  });
});
