import { beatMs, pauseMs } from "#shared/backoff.ts";

/** About how often a service looks for what a crash or a lost message left behind. */
const SWEEP_EVERY_MS = 5_000;

/** After sweeps that failed: the backend that is out is left alone, and looked for soon enough once it is back. */
const OUTAGE_PACE = { firstMs: 10_000, longestMs: 30_000 };

/**
 * How long after a sweep the next one comes.
 * @param failures how many sweeps in a row have failed
 * @param random 0..1
 */
export function nextSweepMs(failures: number, random: number): number {
  return failures === 0 ? beatMs(SWEEP_EVERY_MS, random) : pauseMs(OUTAGE_PACE, failures, random);
}
