/** A place on a plan, in plan units of 2.5 cm; y grows downwards on the page. */
export type Point = { x: number; y: number };

/** Plan units per metre. */
export const METRE = 40;

/** Plan units to a tenth: 2.5 mm. */
export function round(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
