/** Over this the rate of arrivals is taken: long enough that a batch is no rush, short enough to follow one. */
const WINDOW_MS = 2_000;

/** How many a second have come lately, of what comes one by one or in batches. */
export class Arrivals {
  #sinceMs: number | null = null;
  /** Of the window that is being counted, and what the one before came to. */
  #counted = 0;
  #rate = 0;

  /** @param now epoch ms */
  add(count: number, now: number): void {
    this.#close(now);
    this.#counted += count;
  }

  /** Of the last whole window, a second; 0 where nothing has come for one. */
  rate(now: number): number {
    this.#close(now);
    return this.#rate;
  }

  #close(now: number): void {
    this.#sinceMs ??= now;
    const passedMs = now - this.#sinceMs;
    if (passedMs < WINDOW_MS) return;
    this.#rate = (this.#counted * 1_000) / passedMs;
    this.#sinceMs = now;
    this.#counted = 0;
  }
}
