import { pauseMs } from "#shared/backoff.ts";
import type { Clock } from "#shared/clock.ts";

/** Long enough to leave a backend alone that is down, short enough for a saga's deadline. */
const PACE = { firstMs: 500, longestMs: 30_000 };

/** When to try again what has failed: later each time, and never for many objects at one moment. */
export class Retry {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #at: number | undefined;

  /** `random` gives 0 to 1. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The moment of the next try, after a failure. */
  get at(): number | undefined {
    return this.#at;
  }

  get isDue(): boolean {
    return this.#at === undefined || this.#clock() >= this.#at;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#at = undefined;
  }

  /** Gives the moment of the next try. */
  failed(): number {
    this.#failures += 1;
    this.#at = this.#clock() + pauseMs(PACE, this.#failures, this.#random());
    return this.#at;
  }
}
