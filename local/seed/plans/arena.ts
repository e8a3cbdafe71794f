import type { SeatingPlan } from "#shared/seating-plan/schema.ts";
import type { Mark } from "./arena/bowl.ts";
import { floorDrawing, standing } from "./arena/floor.ts";
import { CATEGORIES } from "./arena/prices.ts";
import { type Tier, tier } from "./arena/tier.ts";
import { METRE } from "./common/units.ts";
import { move, zone } from "./common/zone.ts";

/**
 * An arena as it is set up for a concert, drawn by rule: a stage at one end, two standing areas on the floor, and
 * two tiers of seats around the other three sides. See README.md for what it follows.
 * The plan's text would be 2 MB, so no file of it is kept: the seed draws it.
 */

const corner = (degrees: number): Mark => ({ on: "corner", degrees });
const side = (metres: number): Mark => ({ on: "side", metres });
const BACK: Mark = { on: "back", metres: 6 };

const LOWER: Tier = {
  name: "Lower",
  firstSection: 101,
  upper: false,
  offset: 1.5 * METRE,
  rows: 26,
  borders: [BACK, corner(30), corner(60), corner(90), side(11), side(22), side(33)],
  platform: true,
};

const UPPER: Tier = {
  name: "Upper",
  firstSection: 201,
  upper: true,
  // Behind the platform of the lower tier, its numbers and a passage.
  offset: 29 * METRE,
  rows: 23,
  borders: [BACK, corner(18), corner(36), corner(54), corner(72), corner(90), side(11), side(22), side(33)],
  platform: false,
};

const PAGE = { width: 5800, height: 5020 };
/** The middle of the stage's front edge. */
const ORIGIN = { x: 2900, y: 620 };

/** The whole arena, in the order in which its zones are listed to a buyer. The same code always draws the same. */
export function arena(): SeatingPlan {
  return {
    name: "Arena",
    categories: CATEGORIES.map((category) => ({ ...category })),
    size: { ...PAGE },
    zones: move([zone("floor", "Floor", [], floorDrawing()), ...tier(LOWER), ...tier(UPPER)], ORIGIN),
    general_admission: standing(),
  };
}
