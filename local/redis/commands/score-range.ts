import { RedisError } from "../redis-error.ts";
import { float } from "./arguments.ts";

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
  try {
    return { value: float(isOpen ? text.slice(1) : text), isOpen };
  } catch {
    throw new RedisError("ERR min or max is not a float");
  }
}
