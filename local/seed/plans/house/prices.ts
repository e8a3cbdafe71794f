/** The price levels, best first. A price belongs to an event: it maps each of these to a tier. */
export const CATEGORIES = [
  { name: "Premium", color: "#7b1e3a" },
  { name: "Category 1", color: "#c0392b" },
  { name: "Category 2", color: "#d98e04" },
  { name: "Category 3", color: "#2e8b57" },
  { name: "Category 4", color: "#2c6fbb" },
  { name: "Restricted view", color: "#7f8c8d" },
] as const;

export type Category = (typeof CATEGORIES)[number]["name"];

/** The best level less `steps`, but never restricted view: that is a matter of sight, not of distance. */
export function level(steps: number): Category {
  return CATEGORIES[Math.min(Math.max(steps, 0), CATEGORIES.length - 2)]!.name;
}

/** Beyond this angle a spectator in a back row sees less than half of the stage. */
const RESTRICTED_FROM_DEGREES = 50;

/** Whether a seat behind others, at the side, has to be sold as restricted view. */
export function isRestricted(rowsInFront: number, degrees: number): boolean {
  return rowsInFront > 0 && degrees > RESTRICTED_FROM_DEGREES;
}
