import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePlanText } from "./parse.ts";
import type { SeatingPlan } from "./schema.ts";
import { seatTable } from "./seat-table.ts";
import { validPlan } from "./valid-plan.arbitrary.ts";

const plan: SeatingPlan = {
  name: "Plan",
  categories: [{ name: "A" }, { name: "B" }],
  zones: [
    {
      name: "Stalls",
      position: { x: 100, y: 200 },
      rows: [
        {
          row_number: "C",
          position: { x: 10, y: 20 },
          seats: [
            { seat_guid: "z", seat_number: "2", position: { x: 1, y: 2 }, category: "B", accessible: true },
            { seat_guid: "y", seat_number: "1", position: { x: 3.5, y: -4 }, category: "A", companion: true },
          ],
        },
      ],
    },
    { zone_id: "side", position: { x: 0, y: 0 }, rows: [] },
    {
      zone_id: "side",
      position: { x: 0, y: 0 },
      rows: [
        {
          row_number: "1",
          seats: [{ seat_guid: "a", seat_number: "9", position: { x: 7, y: 8 }, category: "A" }],
        },
      ],
    },
    { position: { x: 0, y: 0 }, rows: [{ row_number: "1", seats: [] }] },
  ],
  general_admission: [{ name: "Floor", category: "B", capacity: 300 }],
};

it("lists the seats in the order of the file, at their absolute positions", () => {
  expect(seatTable(plan)).toEqual({
    count: 3,
    id: ["z", "y", "a"],
    section: ["Stalls", "Stalls", "side"],
    row: ["C", "C", "1"],
    number: ["2", "1", "9"],
    categoryIndex: Uint8Array.of(1, 0, 0),
    x: Float64Array.of(111, 113.5, 7),
    y: Float64Array.of(222, 216, 8),
    accessible: Uint8Array.of(1, 0, 0),
    companion: Uint8Array.of(0, 1, 0),
    categories: ["A", "B"],
    generalAdmission: [{ name: "Floor", categoryIndex: 1, capacity: 300 }],
  });
});

it("gives every seat the same index after the plan was stored and read again", () => {
  fc.assert(
    fc.property(validPlan, (any) => {
      const again = parsePlanText(JSON.stringify(any));
      expect(again.ok && seatTable(again.plan)).toEqual(seatTable(any));
      const guids = any.zones.flatMap((zone) =>
        zone.rows.flatMap((row) => row.seats.map((seat) => seat.seat_guid)),
      );
      expect(seatTable(any).id).toEqual(guids);
    }),
  );
});

it("throws on a plan that was never checked", () => {
  expect(() => seatTable({ ...plan, categories: [{ name: "B" }] })).toThrow('no category "A"');
});
