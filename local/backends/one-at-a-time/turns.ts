/** One after the other under each key, in the order in which they asked. */
export class Turns {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Calls `begin` when it is this one's turn: now, or once all before it have ended theirs. */
  take(key: string, begin: () => void): void {
    const queue = this.#waiting.get(key);
    if (queue) queue.push(begin);
    else {
      this.#waiting.set(key, []);
      begin();
    }
  }

  /** Ends the turn that is under way, and begins the next. */
  end(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next) next();
    else this.#waiting.delete(key);
  }
}
