import { BATCH_MS } from "./limits.ts";

interface BatchesDeps {
  /** Sends what has changed. What changes meanwhile is of the next batch. */
  send(): Promise<void>;
  after(ms: number, work: () => void): void;
  failed(error: unknown): void;
}

/** Changes sent together, one batch at a time. The timer runs only while something is to be sent: an object without it may hibernate. */
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
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#deps.after(BATCH_MS, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#isWanted = false;
    try {
      await this.#deps.send();
    } catch (error) {
      this.#deps.failed(error);
    }
    this.#isUnderWay = false;
    if (this.#isWanted) this.want();
  }
}
