/** A page or a mend that says nothing for so long has failed, and is asked for again. */
export const ANSWER_LIMIT_MS = 60_000;

/** So many failures in a row end an audit: with the pauses between them, two to four minutes of an outage. */
export const MAX_FAILURES = 10;

/** Neither of these is reached by an audit that comes to its end. */
export const MAX_PAGES = 100_000;
export const MAX_RUN_MS = 6 * 3_600_000;

/** More findings than this are counted, and no more are kept: nobody reads on, and the next audit finds them again. */
export const MAX_KEPT = 1_000;

/** What one turn mends: some hundred subrequests at most, of the thousand that an invocation has. */
export const MENDS_A_TURN = 20;

/** A scheduled audit is due this long after the last one began; a trigger may come some minutes early. */
export const DUE_AFTER_MS = 55 * 60_000;

/** It begins so much later: a platform that has just started finishes first what a crash left. */
export const SCHEDULED_DELAY_MS = 60_000;

/** An alarm that is stored, and this long past its time, has been lost: whoever asks next sets it anew. */
export const OVERDUE_MS = 5_000;

/** As many audits are remembered, a day of scheduled ones. */
export const MAX_RUNS = 24;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The pause after so many failures in a row: exponential, half of it certain, half drawn.
 * @param random 0..1
 */
export function pauseMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
