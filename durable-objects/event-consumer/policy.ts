import { type Pace, pauseMs } from "#shared/backoff.ts";

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

/** What is behind another of its key waits for no time of its own. */
const PACES = {
  early: { firstMs: 50, longestMs: 5_000 },
  rejected: { firstMs: 500, longestMs: 5_000 },
  unavailable: { firstMs: 200, longestMs: 5_000 },
  behind: { firstMs: 0, longestMs: 0 },
} as const;

/**
 * How long a message waits before it is tried again.
 * @param attempt 1 for the first wait
 * @param random 0..1
 */
export function delayMs(because: keyof typeof PACES, attempt: number, random: number): number {
  return pauseMs(PACES[because], attempt, random);
}

/** The pauses of a consumer whose log, or whose own storage, does not answer: without a limit of tries. */
export const OUTAGE_PACE: Pace = { firstMs: 1_000, longestMs: 5_000 };
