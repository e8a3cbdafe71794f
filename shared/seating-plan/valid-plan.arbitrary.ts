import fc from "fast-check";
import type { SeatingPlan } from "./schema.ts";

/** Plans with every known field, in every mixture; for tests. Guids are unique because they count upwards. */

const CATEGORIES = ["A", "Category 2", "Ünï 🎭"];

const position = fc.record({
  x: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(withoutNegativeZero),
  y: fc.integer({ min: -5000, max: 5000 }),
});
const length = fc.integer({ min: 0, max: 5000 });
const word = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const name = word.map((text) => `n${text}n`);
const color = fc.constantFrom("", "red", "#a1b2c3", "rgb(1 2 3 / 40%)");

const seat = fc.record(
  {
    seat_guid: fc.constant(""),
    seat_number: word,
    position,
    category: fc.constantFrom(...CATEGORIES),
    uuid: fc.uuid(),
    radius: length,
    start_direction: fc.constantFrom("<", ">", "<>", null),
    accessible: fc.boolean(),
    companion: fc.boolean(),
  },
  { requiredKeys: ["seat_guid", "seat_number", "position", "category"] },
);

const row = fc.record(
  {
    row_number: word,
    seats: fc.array(seat, { maxLength: 5 }),
    uuid: fc.uuid(),
    row_label: fc.option(word),
    seat_label: fc.option(word),
    row_number_position: fc.constantFrom("start", "end", "both", null),
    position,
  },
  { requiredKeys: ["row_number", "seats"] },
);

const area = fc.record(
  {
    uuid: fc.uuid(),
    position,
    rotation: fc.integer({ min: -360, max: 360 }),
    color,
    border_color: color,
    width: length,
    height: length,
    shape: fc.constantFrom("polygon", "rectangle", "ellipse", "circle", "text"),
    polygon: fc.record({ points: fc.array(position, { maxLength: 5 }) }),
    rectangle: fc.record({ width: length, height: length }),
    ellipse: fc.record({ radius: fc.record({ x: length, y: length }) }),
    circle: fc.record({ radius: length }),
    text: fc.oneof(
      fc.constant("Stage\nleft"),
      fc.record({ text: word, color, size: length, position }, { requiredKeys: ["text"] }),
    ),
  },
  { requiredKeys: [] },
);

const zone = fc.record(
  {
    position,
    rows: fc.array(row, { maxLength: 4 }),
    uuid: fc.uuid(),
    name: word,
    zone_id: word,
    displayed: fc.boolean(),
    areas: fc.array(area, { maxLength: 3 }),
  },
  { requiredKeys: ["position", "rows"] },
);

const generalAdmission = fc.uniqueArray(
  fc.record({
    name: name.map((text) => text.replaceAll(":", "")),
    category: fc.constantFrom(...CATEGORIES),
    capacity: fc.integer({ min: 1, max: 1000 }),
  }),
  { maxLength: 3, selector: (entry) => entry.name },
);

/** Valid plans with at least one seat. */
export const validPlan: fc.Arbitrary<SeatingPlan> = fc
  .record(
    {
      name,
      categories: fc.constant(CATEGORIES.map((category) => ({ name: category, color: "#fff" }))),
      zones: fc.array(zone, { minLength: 1, maxLength: 4 }),
      size: fc.record({ width: length, height: length }),
      general_admission: generalAdmission,
    },
    { requiredKeys: ["name", "categories", "zones"] },
  )
  .filter((plan) => plan.zones.some((one) => one.rows.some((line) => line.seats.length > 0)))
  .map(numbered);

function numbered(plan: SeatingPlan): SeatingPlan {
  let count = 0;
  const copy: SeatingPlan = structuredClone(plan);
  for (const one of copy.zones) {
    for (const line of one.rows) for (const place of line.seats) place.seat_guid = `seat ${count++}`;
  }
  return copy;
}

/** JSON has no -0. */
function withoutNegativeZero(value: number): number {
  return value === 0 ? 0 : value;
}
