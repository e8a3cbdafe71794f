import type { Clock } from "#shared/clock.ts";
import { BATCH_MS } from "./limits.ts";

interface BatchesDeps {
  clock: Clock;
  /** Sends what has changed. What changes meanwhile is of the next batch. */
  send(): Promise<void>;
  after(ms: number, work: () => void): void;
  failed(error: unknown): void;
}

/**
 * Changes sent together, one batch at a time, as often as {@link BATCH_MS} says; less often where sending itself takes
 * long, so that it has at most half of the time. The timer runs only while something is to be sent: an object without it
 * may hibernate.
 */
export class Batches {
  readonly #deps: BatchesDeps;
  #isUnderWay = false;
  #isWanted = false;

  constructor(deps: BatchesDeps) {
    this.#deps = deps;
  }

  /** Something has changed. */
  want(): void {
    this.#isWanted = true;
    if (!this.#isUnderWay) this.#arm(BATCH_MS);
  }

  #arm(ms: number): void {
    this.#isUnderWay = true;
    this.#deps.after(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps;
    const began = clock();
    this.#isWanted = false;
    try {
      await this.#deps.send();
    } catch (error) {
      this.#deps.failed(error);
    }
    this.#isUnderWay = false;
    const took = clock() - began;
    if (this.#isWanted) this.#arm(Math.min(BATCH_MS, Math.max(BATCH_MS - took, took)));
  }
}
