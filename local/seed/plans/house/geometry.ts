import { METRE, type Point } from "../common/units.ts";

/**
 * Where seats stand. Each level has its own frame: the origin is the middle of the stage's front edge, x grows to
 * the right of a spectator who faces the stage, y away from the stage.
 */

/** Middle of a seat to the middle of the next: 55 cm. */
export const SEAT_PITCH = 0.55 * METRE;
/** Back of a row to the back of the next: 90 cm. */
export const ROW_PITCH = 0.9 * METRE;
/** A wheelchair takes the width of almost two seats: 1 m. */
export const WHEELCHAIR_WIDTH = 1 * METRE;
/** A gangway between two blocks: 1.2 m. */
export const AISLE = 1.2 * METRE;

/** The rail of the tiers: an arc of more than half a circle, whose ends run on straight towards the stage. */
const RADIUS = 10.75 * METRE;
/** By how much each straight end leans inwards, which makes the horseshoe. */
const TAPER = (8 * Math.PI) / 180;
const STRAIGHT = 8.25 * METRE;
/** The ends of the rail stand 1.5 m before the stage's front edge, beside the pit. */
const CENTRE_Y = 1.5 * METRE + RADIUS * Math.sin(TAPER) + STRAIGHT * Math.cos(TAPER);
const ARC_END = Math.PI / 2 + TAPER;

/** Half the length of a line drawn at `offset` outside the rail, from the middle of the house to its end. */
export function halfLength(offset: number): number {
  return (RADIUS + offset) * ARC_END + STRAIGHT;
}

/** How far along that line an angle of the arc is; 0 is the middle of the house, positive the right side. */
export function alongAtAngle(offset: number, degrees: number): number {
  return ((RADIUS + offset) * degrees * Math.PI) / 180;
}

/** The point `along` a line at `offset` outside the rail. */
export function onHorseshoe(offset: number, along: number): Point {
  const radius = RADIUS + offset;
  const side = Math.sign(along);
  const angle = Math.min(Math.abs(along) / radius, ARC_END);
  const straight = Math.max(Math.abs(along) - radius * ARC_END, 0);
  return {
    x: side * (radius * Math.sin(angle) - straight * Math.sin(TAPER)),
    y: CENTRE_Y + radius * Math.cos(angle) - straight * Math.cos(TAPER),
  };
}

/** A point `behind` the rail and `aside` of the place `along` it: the frame of a box, which is square. */
export function atRail(along: number, behind: number, aside: number): Point {
  const rail = onHorseshoe(0, along);
  const angle = Math.sign(along) * Math.min(Math.abs(along) / RADIUS, ARC_END);
  return {
    x: rail.x + behind * Math.sin(angle) + aside * Math.cos(angle),
    y: rail.y + behind * Math.cos(angle) - aside * Math.sin(angle),
  };
}

/** How far a point is inside the rail; negative outside. */
export function insideRail({ x, y }: Point): number {
  const dx = Math.abs(x);
  const dy = y - CENTRE_Y;
  if (Math.atan2(dx, dy) <= ARC_END) return RADIUS - Math.hypot(dx, dy);
  return RADIUS - (dx * Math.cos(TAPER) - dy * Math.sin(TAPER));
}

/** The rows of the stalls are arcs around one focus, behind the stage: a gentle curve. */
const STALLS_FOCUS = 16 * METRE;
/** The first row, in the middle of the house; the pit lies before it. */
export const STALLS_FRONT = 5 * METRE;

/** The point `along` an arc of the stalls, from the axis of the house; `distance` is that of the arc on the axis. */
export function onStallsArc(distance: number, along: number): Point {
  const radius = STALLS_FOCUS + distance;
  const angle = along / radius;
  return { x: radius * Math.sin(angle), y: radius * Math.cos(angle) - STALLS_FOCUS };
}

/** Degrees between a spectator's line of sight to the middle of the stage and the axis of the house. */
export function viewAngle({ x, y }: Point): number {
  // Singers stand behind the front edge: 2 m is where most of the action is.
  return (Math.atan2(Math.abs(x), y + 2 * METRE) * 180) / Math.PI;
}
