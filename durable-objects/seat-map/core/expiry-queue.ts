/**
 * Decisions by the time their lock ends: a binary min-heap over two flat arrays.
 * Nothing is taken out when a lock ends otherwise; the reader skips what is no longer due (see `pop`).
 */
export class ExpiryQueue {
  readonly #times: number[] = [];
  readonly #decisions: number[] = [];

  push(expiresAt: number, decision: number): void {
    let child = this.#times.length;
    this.#times.push(expiresAt);
    this.#decisions.push(decision);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#times[parent]! <= this.#times[child]!) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** The earliest time and its decision, left in the queue. */
  peek(): { expiresAt: number; decision: number } | undefined {
    if (this.#times.length === 0) return undefined;
    return { expiresAt: this.#times[0]!, decision: this.#decisions[0]! };
  }

  pop(): void {
    this.#swap(0, this.#times.length - 1);
    this.#times.pop();
    this.#decisions.pop();
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.#times.length) return;
      const right = left + 1;
      const child = right < this.#times.length && this.#times[right]! < this.#times[left]! ? right : left;
      if (this.#times[parent]! <= this.#times[child]!) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  #swap(a: number, b: number): void {
    const time = this.#times[a]!;
    this.#times[a] = this.#times[b]!;
    this.#times[b] = time;
    const decision = this.#decisions[a]!;
    this.#decisions[a] = this.#decisions[b]!;
    this.#decisions[b] = decision;
  }
}
