import { describe, expect, it } from "vitest";
import { MATRICES, type Matrix } from "./cells.ts";
import { faultsOf, proofOf, proofPage } from "./proof.ts";

const MATRIX: Matrix = {
  name: "route",
  title: "Every route",
  columns: ["works", "bad input"],
  rows: [
    { name: "GET /a/{id}", asks: ["works", "bad input"] },
    { name: "GET /b", asks: ["works"] },
  ],
};
const test = (name: string, file = "test/a.test.ts") => ({ file, name });
// Tags of this file's own would be taken for claims.
const tag = (cell: string) => `[${cell}]`;
const ALL = ["GET /a/{id}: works", "GET /a/{id}: bad input", "GET /b: works"].map((cell) =>
  test(`x > does ${tag(`route ${cell}`)}`),
);

describe("the proof", () => {
  it("has no fault where each cell has a test", () => {
    expect(faultsOf([MATRIX], proofOf(ALL))).toEqual([]);
  });

  it.each(ALL.map((_, n) => n))("names the cell that lost its test (%i)", (left) => {
    const faults = faultsOf([MATRIX], proofOf(ALL.filter((_, n) => n !== left)));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^no test shows \[route GET/);
  });

  it("names a tag that means nothing", () => {
    const strange = test(`does ${tag("route GET /gone: works")}`);
    expect(faultsOf([MATRIX], proofOf([...ALL, strange]))).toEqual([
      "[route GET /gone: works] in test/a.test.ts names nothing that is",
    ]);
  });

  it("takes several tags of one test, and shows it once in the page", () => {
    const both = test(`does both ${tag("route GET /a/{id}: works")} ${tag("route GET /b: works")}`);
    const page = proofPage([MATRIX], proofOf([both]));
    expect(page).toContain("| `GET /a/{id}` | 1 | **nothing** |\n| `GET /b` | 1 | – |");
    expect(page).toContain("1. `test/a.test.ts` does both\n");
  });

  it("asks for every route, and for no foreign owner of what is public", () => {
    const [routes] = MATRICES;
    const asksOf = (name: string) => routes!.rows.find((row) => row.name === name)?.asks;
    expect(asksOf("GET /api/events")).toEqual(["works", "bad input"]);
    expect(asksOf("GET /api/bookings/{id}")).toEqual(["works", "bad input", "no token", "foreign owner"]);
    expect(asksOf("POST /api/venues")).toEqual(["works", "bad input", "no token", "wrong role"]);
  });
});
