/** A time in which nothing is answered as it should be. It lives in memory: a restart heals it. */

export const OUTAGE_MODES = ["error", "disconnect", "timeout"] as const;
/**
 * error: every call is a 503; nothing is done, nothing bound to a key.
 * disconnect: every connection is cut without an answer.
 * timeout: no call is answered until its client leaves.
 */
export type OutageMode = (typeof OUTAGE_MODES)[number];

export const MAX_OUTAGE_SECONDS = 3_600;

export class Outage {
  #mode: OutageMode = "error";
  #untilMs = 0;

  /** Lasts until `untilMs`, epoch milliseconds; a time in the past ends it. */
  set(mode: OutageMode, untilMs: number): void {
    this.#mode = mode;
    this.#untilMs = untilMs;
  }

  at(nowMs: number): OutageMode | null {
    return nowMs < this.#untilMs ? this.#mode : null;
  }

  /** Whole seconds left, 0 when there is none. */
  secondsLeft(nowMs: number): number {
    return Math.max(0, Math.ceil((this.#untilMs - nowMs) / 1000));
  }
}
