import { METRE, type Point } from "../common/units.ts";

/** The price levels of the seats, best first, and the two standing areas. An event maps each to a tier. */
export const CATEGORIES = [
  { name: "Category 1", color: "#c0392b" },
  { name: "Category 2", color: "#d98e04" },
  { name: "Category 3", color: "#2e8b57" },
  { name: "Category 4", color: "#2c6fbb" },
  { name: "Front standing", color: "#7b1e3a" },
  { name: "Standing", color: "#8e6bb0" },
] as const;

export type Category = (typeof CATEGORIES)[number]["name"];

/** Farther than this from the stage, faces are seen on the screens only. */
const FAR = 52 * METRE;
/** At a wider angle than this a spectator looks past the front of the stage. */
const WIDE_DEGREES = 60;

/** A level worse for each: the upper tier, a far seat, a seat at a wide angle to the stage. */
export function seatCategory({ x, y }: Point, upperTier: boolean): Category {
  const far = Math.hypot(x, y) > FAR;
  const wide = (Math.atan2(Math.abs(x), y) * 180) / Math.PI > WIDE_DEGREES;
  return CATEGORIES[Number(upperTier) + Number(far) + Number(wide)]!.name;
}
