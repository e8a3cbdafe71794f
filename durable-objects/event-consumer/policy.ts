/** A rejected message is tried this often before it goes to its dead letters. */
export const MAX_ATTEMPTS = 3;

/** The most records one cycle handles: what one statement and one SeatMap call take well. */
export const MAX_BATCH = 100;

/** With this many parked, a consumer stops fetching until some are through. */
export const MAX_PARKED = 1_000;

/** An early message waits this long for what it follows: longer than any booking's deadline. */
export const EARLY_LIMIT_MS = 15 * 60_000;

const FIRST_DELAY_MS = { early: 50, rejected: 500, unavailable: 200, behind: 0 } as const;
const LONGEST_DELAY_MS = 5_000;

/**
 * Exponential backoff with jitter: half of the delay is certain, half is drawn.
 * @param attempt 1 for the first wait
 * @param random 0..1
 */
export function delayMs(because: keyof typeof FIRST_DELAY_MS, attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS[because] * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full / 2 + (full / 2) * random);
}
