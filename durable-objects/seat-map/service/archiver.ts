import type { Clock } from "#shared/clock.ts";
import type { LedgerSegment } from "../rpc.ts";
import { Retry } from "./retry.ts";

/** A busy map flushes many times a second; its archive hears of it once. */
const PAUSE_MS = 1_000;

/** An old log is archived a piece at a time: the alarm has other things to do too. */
const SEGMENTS_PER_RUN = 8;

export interface ArchiverDeps {
  clock: Clock;
  random: () => number;
  /** The durable rows after entry `seq`, at most one call's worth; undefined where there are none. */
  segmentAfter(seq: number): { segment: LedgerSegment; isFull: boolean } | undefined;
  /** Resolves once the segment is durable in the archive. May be called twice for one row. */
  archive(segment: LedgerSegment): Promise<void>;
  /** The archive failed, and will be tried again at `retryAt`. */
  onFailure(error: unknown, retryAt: number): void;
}

/** Hands the log's rows to the archive, in order, at least once, one call at a time; never gives up. */
export class Archiver {
  readonly #deps: ArchiverDeps;
  readonly #retry: Retry;
  #archivedSeq: number;
  #draining: Promise<void> | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: ArchiverDeps, archivedSeq: number) {
    this.#deps = deps;
    this.#archivedSeq = archivedSeq;
    this.#retry = new Retry(deps.clock, deps.random);
  }

  /** The archive has all rows up to here. */
  get archivedSeq(): number {
    return this.#archivedSeq;
  }

  /** When to try again, after a failure. */
  get retryAt(): number | undefined {
    return this.#retry.at;
  }

  /** Hands on what is durable, within a run's limit. Never rejects: a failure is kept for the alarm, as `retryAt`. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** As `drain`, but leaves an archive alone that has just failed, or was just given something. */
  drainIfDue(): Promise<void> {
    if (this.#draining) return this.#draining;
    return this.#isDue() ? this.drain() : Promise.resolve();
  }

  #isDue(): boolean {
    if (this.#retry.at !== undefined) return this.#retry.isDue;
    const since = this.#deps.clock() - this.#startedAt;
    // A clock that was set back ends the pause.
    return since < 0 || since >= PAUSE_MS;
  }

  async #drain(): Promise<void> {
    // Only after `drain` has noted this run may it end and take the note away.
    await Promise.resolve();
    try {
      for (let segments = 0; segments < SEGMENTS_PER_RUN; segments++) {
        const next = this.#deps.segmentAfter(this.#archivedSeq);
        if (!next) break;
        this.#startedAt = this.#deps.clock();
        await this.#deps.archive(next.segment);
        this.#archivedSeq = next.segment.rows.at(-1)!.lastSeq;
        // What has come meanwhile waits for its turn, to be many rows by then.
        if (!next.isFull) break;
      }
      this.#retry.succeeded();
    } catch (error) {
      this.#deps.onFailure(error, this.#retry.failed());
    } finally {
      this.#draining = undefined;
    }
  }
}
