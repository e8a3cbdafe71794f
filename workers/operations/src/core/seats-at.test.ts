import { describe, expect, it } from "vitest";
import { ownersOf, summaryOf } from "./seats-at.ts";

const owner = (id: string) => ({ kind: "booking" as const, id, userId: `usr_${id}` });
const PLACES = [
  { id: "1", status: "RESERVED" as const, owner: owner("b") },
  { id: "2", status: "LOCKED" as const, owner: owner("a") },
  { id: "3", status: "AVAILABLE" as const, owner: null },
  { id: "4", status: "RESERVED" as const, owner: owner("b") },
  { id: "5", status: "BLOCKED" as const, owner: null },
];

describe("what a buyer saw", () => {
  it("is summed up by state", () => {
    expect(summaryOf(PLACES)).toEqual({ total: 5, available: 1, locked: 1, reserved: 2, blocked: 1 });
  });

  it("names who had places, and which", () => {
    expect(ownersOf(PLACES)).toEqual([
      { ...owner("b"), status: "RESERVED", seatIds: ["1", "4"] },
      { ...owner("a"), status: "LOCKED", seatIds: ["2"] },
    ]);
  });
});
