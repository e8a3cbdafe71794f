import { Binary, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from "bson";
import { describe, expect, it } from "vitest";
import { compareValues, sortComparator } from "./compare.ts";

/** One value of each type and two where it matters, from least to greatest, as MongoDB's page of the order lists them. */
const ASCENDING = [
  new MinKey(),
  null,
  Number.NaN,
  -1,
  Long.fromNumber(0),
  Decimal128.fromString("1.5"),
  2,
  "A",
  "a",
  "z",
  "é",
  {},
  { a: 1 },
  { a: 1, b: 0 },
  { a: 2 },
  { b: 0 },
  { a: "1" },
  [],
  [1],
  [1, 0],
  [2],
  new Binary(Buffer.from([1])),
  new ObjectId("000000000000000000000001"),
  new ObjectId("000000000000000000000002"),
  false,
  true,
  new Date(0),
  new Date(1),
  new Timestamp({ t: 1, i: 9 }),
  new Timestamp({ t: 2, i: 1 }),
  /a/,
  new MaxKey(),
];

describe("the order of values", () => {
  it("is MongoDB's, between types and within one", () => {
    ASCENDING.forEach((low, index) => {
      for (const high of ASCENDING.slice(index + 1)) {
        const names = `${JSON.stringify(low)} and ${JSON.stringify(high)}`;
        expect(compareValues(low, high), names).toBeLessThan(0);
        expect(compareValues(high, low), names).toBeGreaterThan(0);
      }
      expect(compareValues(low, low), JSON.stringify(low)).toBe(0);
    });
  });

  it("takes an absent value for null, and numbers of different types by their value", () => {
    expect(compareValues(undefined, null)).toBe(0);
    expect(compareValues(Long.fromNumber(3), 3)).toBe(0);
    expect(compareValues(Number.NaN, Number.NaN)).toBe(0);
  });
});

describe("a sort", () => {
  const sorted = (spec: Record<string, number>, docs: Record<string, unknown>[]) =>
    docs.toSorted(sortComparator(spec)).map(({ _id }) => _id);
  const docs = [
    { _id: 1, of: { n: [5, 1] } },
    { _id: 2, of: { n: 3 } },
    { _id: 3, of: { n: [4, 2] } },
    { _id: 4 },
  ];

  it("places an array by its least element, and downwards by its greatest", () => {
    expect(sorted({ "of.n": 1 }, docs)).toEqual([4, 1, 3, 2]);
    expect(sorted({ "of.n": -1 }, docs)).toEqual([1, 3, 2, 4]);
  });

  it("asks the next key where one does not decide, and keeps the order where none does", () => {
    const pairs = [
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 2 },
      { _id: 3, a: 0, b: 0 },
      { _id: 4, a: 0, b: 0 },
    ];
    expect(sorted({ a: 1, b: -1 }, pairs)).toEqual([3, 4, 2, 1]);
  });
});
