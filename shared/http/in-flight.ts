import type { Clock } from "../clock.ts";

/** Requests of one isolate that are under way at once: more than one thread has to do with. */
export const MOST = 256;
/** So many are let through however slow they are: enough to find out that they are slow no more. */
export const LEAST = 16;
/** A buyer who waits longer goes. What takes longer has mostly waited for others here. */
export const SLOW_MS = 2_000;
/** What a slow answer leaves of the limit, at most once in {@link STEP_MS}: many that were slow together are one sign. */
const DECREASE = 0.7;
const STEP_MS = 500;
/** What an answer in time adds. */
const INCREASE = 0.5;
/** A request that was cut off never ends; by then every other one has. */
export const LEASE_MS = 35_000;

/**
 * How many requests are under way. Over the limit the next is refused at once, since it would only wait, and
 * let all others wait: one thread that is asked for more than it can do serves nobody in time any more. The limit finds
 * itself: down by a share where answers are slow, up by a step where they are not, as TCP has it for its window.
 * @see https://www.rfc-editor.org/rfc/rfc5681#section-3.1 additive increase, multiplicative decrease
 */
export class InFlight {
  readonly #clock: Clock;
  readonly #underWay = new Set<{ since: number }>();
  #limit = MOST;
  #lastStep = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what to call once the request is answered; null where it is one too many */
  enter(): (() => void) | null {
    if (this.#underWay.size >= Math.floor(this.#limit)) this.#forgetCutOff();
    if (this.#underWay.size >= Math.floor(this.#limit)) return null;
    const request = { since: this.#clock() };
    this.#underWay.add(request);
    return () => this.#leave(request);
  }

  #leave(request: { since: number }): void {
    if (!this.#underWay.delete(request)) return;
    const now = this.#clock();
    if (now - request.since < SLOW_MS) {
      this.#limit = Math.min(MOST, this.#limit + INCREASE);
    } else if (now - this.#lastStep >= STEP_MS) {
      this.#limit = Math.max(LEAST, this.#limit * DECREASE);
      this.#lastStep = now;
    }
  }

  /** They are in the order in which they came. */
  #forgetCutOff(): void {
    const tooOld = this.#clock() - LEASE_MS;
    for (const request of this.#underWay) {
      if (request.since > tooOld) return;
      this.#underWay.delete(request);
    }
  }
}
