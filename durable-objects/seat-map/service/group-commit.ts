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

/**
 * One flush for all that arrived while the one before was under way; at once when none is.
 * It waits while more keep arriving, a turn of the event loop at a time, and by no timer: an idle map answers as
 * fast as its disk, a busy one pays one fsync for many requests.
 */
export class GroupCommit {
  readonly #flushing: Flushing;
  #durableSeq: number;
  #inProgress: Promise<void> | undefined;
  #arrivals = 0;
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

  /** Resolves once all entries up to `seq` are on disk. Rejects, for ever, after a flush that failed. */
  async covers(seq: number): Promise<void> {
    this.#arrivals += 1;
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
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const before = this.#arrivals;
      await this.#flushing.nextTurn();
      if (this.#arrivals === before) return;
    }
  }
}
