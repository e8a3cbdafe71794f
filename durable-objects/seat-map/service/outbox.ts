import type { Clock } from "#shared/clock.ts";
import type { SeatAnswer } from "../rpc.ts";
import { Retry } from "./retry.ts";

/** Answers handed over in one call: what one produce call carries well. */
export const ANSWERS_PER_PUBLISH = 100;

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
  readonly #retry: Retry;
  #draining: Promise<void> | undefined;

  constructor(deps: OutboxDeps, publishedSeq: number) {
    this.#deps = deps;
    this.#publishedSeq = publishedSeq;
    this.#retry = new Retry(deps.clock, deps.random);
  }

  /** Everything up to here was handed on. */
  get publishedSeq(): number {
    return this.#publishedSeq;
  }

  /** When to try again, after a failure. */
  get retryAt(): number | undefined {
    return this.#retry.at;
  }

  /** Hands on all that is durable. Never rejects: a failure is kept for the alarm, as `retryAt`. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** As `drain`, but leaves a publisher alone that has just failed. */
  drainIfDue(): Promise<void> {
    return this.#retry.isDue ? this.drain() : Promise.resolve();
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
      this.#retry.succeeded();
    } catch (error) {
      this.#deps.onFailure(error, this.#retry.failed());
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
