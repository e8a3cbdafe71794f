import { METRE, type Point } from "../common/units.ts";

/**
 * Where the rows of the bowl run. The origin is the middle of the stage's front edge, x grows to the right of a
 * spectator who faces the stage, y away from it. The rail around the floor has two straight sides, two round
 * corners and a straight back; a row at some offset outside it keeps that distance everywhere, so its corners
 * are rounder and longer.
 */

/** Middle of a seat to the middle of the next: 50 cm, a tip-up chair of an arena. */
export const SEAT_PITCH = 0.5 * METRE;
/** Back of a row to the back of the next: 85 cm. */
export const ROW_PITCH = 0.85 * METRE;
/** A gangway of steps between two sections: 1.2 m. */
export const AISLE = 1.2 * METRE;
/** A wheelchair takes the width of two seats: 1 m. */
export const WHEELCHAIR_WIDTH = 1 * METRE;

/** Half of the floor's width between the rails. */
export const HALF_WIDTH = 20 * METRE;
export const CORNER_RADIUS = 14 * METRE;
/** Half of the back's straight part. */
const HALF_BACK = HALF_WIDTH - CORNER_RADIUS;
/** The sides, from the corner to the stage's front edge. */
const SIDE = 44 * METRE;
/** The back rail: that far from the stage. */
export const FLOOR_DEPTH = SIDE + CORNER_RADIUS;

/** A place along the rail, right of the axis: on the straight back, in the corner, or on the straight side. */
export type Mark =
  | { on: "back"; metres: number }
  | { on: "corner"; degrees: number }
  | { on: "side"; metres: number };

/** How far a mark is along the row at `offset` outside the rail, from the axis, in plan units. */
export function alongRow(offset: number, mark: Mark): number {
  if (mark.on === "back") return mark.metres * METRE;
  const corner = CORNER_RADIUS + offset;
  if (mark.on === "corner") return HALF_BACK + (corner * mark.degrees * Math.PI) / 180;
  return HALF_BACK + (corner * Math.PI) / 2 + mark.metres * METRE;
}

/** Where the right half ends, by the stage. */
export const STAGE_END: Mark = { on: "side", metres: SIDE / METRE };

/** The point `along` the row at `offset` outside the rail; negative on the left. */
export function onRow(offset: number, along: number): Point {
  const side = Math.sign(along) || 1;
  const radius = CORNER_RADIUS + offset;
  const beyondBack = Math.max(Math.abs(along) - HALF_BACK, 0);
  const angle = Math.min(beyondBack / radius, Math.PI / 2);
  const up = Math.max(beyondBack - (radius * Math.PI) / 2, 0);
  return {
    x: side * (Math.min(Math.abs(along), HALF_BACK) + radius * Math.sin(angle)),
    y: SIDE + radius * Math.cos(angle) - up,
  };
}
