import { pauseMs } from "#shared/backoff.ts";
import type { Clock } from "#shared/clock.ts";
import type { SeatAnswer } from "../rpc.ts";

/** Answers handed over in one call: what one produce call carries well. */
export const ANSWERS_PER_PUBLISH = 100;

/** Long enough to leave a broker alone that is down, short enough for a saga's deadline. */
const PACE = { firstMs: 500, longestMs: 30_000 };

export interface OutboxDeps {
  clock: Clock;
  /** 0 to 1; spreads the retries of many objects. */
  random: () => number;
  /** The durable entries after `seq`, some of them, in order; none at the end of the log. */
  entriesAfter(seq: number): { seq: number; answer: SeatAnswer | undefined }[];
  publish(answers: SeatAnswer[]): Promise<void>;
  /** A publish failed and will be tried again at `retryAt`. */
  onFailure(error: unknown, retryAt: number): void;
}

/** Hands the log's answers on, in order, at least once, and never gives up. */
export class Outbox {
  readonly #deps: OutboxDeps;
  #publishedSeq: number;
  #draining: Promise<void> | undefined;
  #failures = 0;
  #retryAt: number | undefined;

  constructor(deps: OutboxDeps, publishedSeq: number) {
    this.#deps = deps;
    this.#publishedSeq = publishedSeq;
  }

  /** Everything up to here was handed on. */
  get publishedSeq(): number {
    return this.#publishedSeq;
  }

  /** When to try again, after a failure. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** Hands on all that is durable. Never rejects: a failure is kept for the alarm, as `retryAt`. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** As `drain`, but leaves a publisher alone that has just failed. */
  drainIfDue(): Promise<void> {
    if (this.#retryAt !== undefined && this.#deps.clock() < this.#retryAt) return Promise.resolve();
    return this.drain();
  }

  async #drain(): Promise<void> {
    // Only after `drain` has noted this run may it end and take the note away.
    await Promise.resolve();
    try {
      for (;;) {
        const entries = this.#deps.entriesAfter(this.#publishedSeq);
        if (entries.length === 0) break;
        await this.#hand(entries);
      }
      this.#failures = 0;
      this.#retryAt = undefined;
    } catch (error) {
      this.#failures += 1;
      this.#retryAt = this.#deps.clock() + pauseMs(PACE, this.#failures, this.#deps.random());
      this.#deps.onFailure(error, this.#retryAt);
    } finally {
      // In the same turn as the last look at the log: what is flushed from now on starts a run of its own.
      this.#draining = undefined;
    }
  }

  async #hand(entries: { seq: number; answer: SeatAnswer | undefined }[]): Promise<void> {
    let answers: SeatAnswer[] = [];
    for (const { seq, answer } of entries) {
      if (answer) answers.push(answer);
      if (answers.length < ANSWERS_PER_PUBLISH && seq !== entries.at(-1)!.seq) continue;
      if (answers.length > 0) await this.#deps.publish(answers);
      this.#publishedSeq = seq;
      answers = [];
    }
  }
}
