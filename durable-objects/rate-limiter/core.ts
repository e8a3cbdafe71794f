/** A token bucket's size and pace. */
export interface Limit {
  /** How many tokens a full bucket has. */
  burst: number;
  /** In how many ms one token comes back. */
  refillMs: number;
}

export type Taken = { ok: true } | { ok: false; retryAfterMs: number };

/**
 * Token buckets. A bucket is one number, the time at which it will be full: a token taken puts it off by `refillMs`,
 * and it may not be further away than the whole bucket takes to fill. Whoever is refused pays nothing.
 */
export class Buckets {
  /** Epoch ms at which each bucket is full; one that is full is not kept. */
  readonly #fullAt = new Map<string, number>();

  /** @param stored when the bucket was last known to be full, where this map does not know it */
  take(key: string, limit: Limit, now: number, stored?: number): Taken {
    const fullAt = Math.max(this.#fullAt.get(key) ?? stored ?? now, now);
    const afterwards = fullAt + limit.refillMs;
    const excess = afterwards - now - limit.burst * limit.refillMs;
    if (excess > 0) return { ok: false, retryAfterMs: excess };
    this.#fullAt.set(key, afterwards);
    return { ok: true };
  }

  knows(key: string): boolean {
    return this.#fullAt.has(key);
  }

  fullAt(key: string): number | undefined {
    return this.#fullAt.get(key);
  }

  /** Forgets the buckets that are full: a bucket that is not known is full. */
  forgetFull(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
  }
}
