import { pauseMs } from "#shared/backoff.ts";

/**
 * How long a try may take before the mail is anybody's again. Longer than a try can take (see
 * `smtp/smtp-mailer.ts`), or two would send the same mail at the same time.
 */
export const LEASE_MS = 120_000;

const PACE = { firstMs: 30_000, longestMs: 30 * 60_000 };

/** A mail that the server keeps putting off is given up after this. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/** More often than a server can put a mail off within that time: only tries that end in a crash come to so many. */
export const MAX_TRIES = 400;

/**
 * When a mail is tried again that the server has put off.
 * @param attempts how often it was tried, from 1
 * @param random 0..1, for jitter
 * @returns epoch ms, or null when it has been tried for long enough
 */
export function nextTry(attempts: number, createdAt: number, now: number, random: number): number | null {
  if (now - createdAt >= GIVE_UP_AFTER_MS) return null;
  return now + pauseMs(PACE, attempts, random);
}
