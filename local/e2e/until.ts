import { setTimeout as delay } from "node:timers/promises";
import { CheckFailed } from "./checks.ts";

/** A booking takes well under a second; a machine that is busy with other things takes longer. */
const LIMIT_MS = 30_000;

/** Often enough to see a booking while it is pending. */
const PAUSE_MS = 20;

/** Characters of the last answer that are shown: an audit's figures, for one, with what comes after them. */
const SHOWN = 2_000;

/** An answer of `ask` that `isThere` accepts. @throws CheckFailed with the last answer, after `limitMs` */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  isThere: (answer: T) => boolean,
  limitMs = LIMIT_MS,
): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (performance.now() >= giveUpAt) {
      const last = JSON.stringify(answer).slice(0, SHOWN);
      throw new CheckFailed(`${what} was waited for in vain, ${limitMs / 1000} s; last seen: ${last}`);
    }
    await delay(PAUSE_MS);
  }
}
