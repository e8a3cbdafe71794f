/**
 * How often a message may be answered in one way before it goes to its dead letters.
 * An early one is tried every 2.5 to 5 s at last, so for 10 to 20 minutes: longer than any booking waits for
 * its first answer. Tries are counted and not minutes, so that an outage of ours uses nothing of it up.
 */
export const MAX_ATTEMPTS = { rejected: 3, early: 240, unavailable: Number.POSITIVE_INFINITY } as const;

/** The most records one cycle handles: what one statement and one SeatMap call take well. */
export const MAX_BATCH = 100;

/** With this many of a topic parked, it is not read on until some are through. About 1 KB each. */
export const MAX_PARKED_PER_TOPIC = 1_000;

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
