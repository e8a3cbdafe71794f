import { RedisError } from "../redis-error.ts";
import { looseFloat } from "./arguments.ts";

/** Whether a score lies between two bounds, as ZRANGE writes them: `(` before one leaves it out. */
export function scoreRange(min: string, max: string): (score: number) => boolean {
  const low = bound(min);
  const high = bound(max);
  return (score) =>
    (low.isOpen ? score > low.value : score >= low.value) &&
    (high.isOpen ? score < high.value : score <= high.value);
}

function bound(text: string): { value: number; isOpen: boolean } {
  const isOpen = text.startsWith("(");
  const digits = isOpen ? text.slice(1) : text;
  // Redis reads what is empty as 0, and what is too large as infinite.
  const value = digits === "" ? 0 : looseFloat(digits);
  if (Number.isNaN(value)) throw new RedisError("ERR min or max is not a float");
  return { value, isOpen };
}
