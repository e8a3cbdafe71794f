/** What a group commit needs from around it. */
export interface Flushing {
  /** Resolves once the requests that have already arrived have been taken in. */
  nextTurn(): Promise<void>;
  /** Writes all that has been collected, in one transaction; returns the seq of its last entry. */
  write(): number;
  /** Resolves once what was written is on disk. */
  synced(): Promise<void>;
  /** Called after each flush. */
  flushed(): void;
  /** Memory may be ahead of the disk for good: the object must end here. */
  failed(error: unknown): void;
}

/** A steady stream may not put the flush off for ever; by then it has hundreds of requests to write. */
const MAX_TURNS = 64;

/** Turns in which nobody came, after which those who are still expected will not come. */
const MAX_QUIET_TURNS = 2;

/**
 * Of flushes for one alone, so many pass before one looks for company. Requests of one socket come one after another:
 * while the thread waits for the disk the others are not taken in, and each would seem to be alone for ever.
 */
const FLUSHES_PER_LOOK = 32;

/**
 * One flush for all who wait. Who comes alone is written at once: an idle map answers as fast as its disk. Where the
 * flush before answered several, as many are likely to ask again, so the next one takes in turns of the event loop
 * until they have: a busy map pays one fsync for all of them. No timer is in it.
 */
export class GroupCommit {
  readonly #flushing: Flushing;
  #durableSeq: number;
  #inProgress: Promise<void> | undefined;
  /** Who waits for the next flush, and how many waited for the last one. */
  #waiting = 0;
  #waited = 0;
  #alone = 0;
  #flushes = 0;
  #error: unknown;

  constructor(flushing: Flushing, durableSeq: number) {
    this.#flushing = flushing;
    this.#durableSeq = durableSeq;
  }

  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** How many have succeeded. */
  get flushes(): number {
    return this.#flushes;
  }

  get underWay(): Promise<void> | undefined {
    return this.#inProgress;
  }

  /** Resolves once all entries up to `seq` are on disk. Rejects, for ever, after a flush that failed. */
  async covers(seq: number): Promise<void> {
    if (this.#durableSeq < seq) this.#waiting += 1;
    // A flush under way may have written before `seq` came; then the next one has it.
    while (this.#durableSeq < seq) await this.flush();
    if (this.#error) throw this.#error;
  }

  /** The flush under way, or a new one. */
  flush(): Promise<void> {
    if (this.#error) return Promise.reject(this.#error);
    this.#inProgress ??= this.#flush().finally(() => {
      this.#inProgress = undefined;
    });
    return this.#inProgress;
  }

  async #flush(): Promise<void> {
    try {
      await this.#collect();
      const seq = this.#flushing.write();
      this.#waited = this.#waiting;
      this.#waiting = 0;
      await this.#flushing.synced();
      this.#durableSeq = seq;
      this.#flushes += 1;
    } catch (error) {
      this.#error = error ?? new Error("the flush failed");
      this.#flushing.failed(this.#error);
      throw this.#error;
    }
    this.#flushing.flushed();
  }

  async #collect(): Promise<void> {
    const expected = this.#waited;
    if (expected <= 1 && ++this.#alone % FLUSHES_PER_LOOK !== 0) return;
    let quiet = 0;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const before = this.#waiting;
      await this.#flushing.nextTurn();
      quiet = this.#waiting === before ? quiet + 1 : 0;
      if (quiet > 0 && (this.#waiting >= expected || quiet === MAX_QUIET_TURNS)) return;
    }
  }
}
