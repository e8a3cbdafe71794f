import { describe, expect, it } from "vitest";
import { SeatNames } from "./core/seat-names.ts";

const NAMES = Array.from({ length: 5_000 }, (_, n) => (n % 7 === 3 ? undefined : `s${n >> 6}-${n % 64}`));

describe("the names of seats", () => {
  it.each([
    ["as they are spread", undefined],
    // What somebody could do who chose the names of their own hall.
    ["where all of them collide", () => 3],
  ])("are found, and no others, %s", (_, hash) => {
    const names = new SeatNames(NAMES, hash);
    for (const [position, name] of NAMES.entries()) if (name) expect(names.position(name)).toBe(position);
    for (const absent of ["", "s0-3", "s0-64", "constructor"]) expect(names.position(absent)).toBe(-1);
  });

  it("are none in an empty list", () => {
    expect(new SeatNames([]).position("A-1")).toBe(-1);
  });
});
