import type { Clock } from "#shared/clock.ts";

/** A part that dies this often within the window is broken; starting it again only fills its log. */
export const MAX_RESTARTS = 5;
export const RESTART_WINDOW_MS = 60_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/** How long to wait before a part that has died is started again. */
export class RestartPolicy {
  readonly #clock: Clock;
  #restartsAt: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next try, which counts from now on; null when there have been too many. */
  nextDelayMs(): number | null {
    const now = this.#clock();
    this.#restartsAt = this.#restartsAt.filter((at) => now - at < RESTART_WINDOW_MS);
    if (this.#restartsAt.length >= MAX_RESTARTS) return null;
    this.#restartsAt.push(now);
    return Math.min(FIRST_DELAY_MS * 2 ** (this.#restartsAt.length - 1), LONGEST_DELAY_MS);
  }
}
