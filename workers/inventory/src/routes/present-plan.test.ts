import { expect, it } from "vitest";
import { seatingOf } from "../testing/seating.ts";
import { presentPlan } from "./present-plan.ts";

it("is columns in the order of the packed map, with each row once", () => {
  const seating = seatingOf("evnt_1", 3, ["a", "b", "c", "d"], 5);
  const { table } = seating;
  table.row = ["1", "1", "2", "1"];
  table.section = ["Stalls", "Stalls", "Stalls", "Box"];
  table.x.set([0.1 + 0.2, 10, 20, 30]);
  table.accessible[1] = 1;
  table.companion[2] = 1;
  expect(presentPlan(seating)).toEqual({
    eventId: "evnt_1",
    version: 3,
    planVersion: 3,
    currency: "EUR",
    tiers: [{ tier: "A", price: 1_003 }],
    rows: [
      { section: "Stalls", row: "1", seats: 2 },
      { section: "Stalls", row: "2", seats: 1 },
      { section: "Box", row: "1", seats: 1 },
    ],
    seats: {
      id: ["a", "b", "c", "d"],
      number: ["a", "b", "c", "d"],
      tier: [0, 0, 0, 0],
      x: [0.3, 10, 20, 30],
      y: [0, 0, 0, 0],
      accessible: [1],
      companion: [2],
    },
    areas: [{ name: "Floor", tier: 0, capacity: 5 }],
  });
});
