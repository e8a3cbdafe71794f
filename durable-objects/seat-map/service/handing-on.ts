import { answerOf } from "../core/answer.ts";
import type { SeatMap } from "../core/seat-map.ts";
import { Archiver } from "./archiver.ts";
import type { SeatMapDeps } from "./deps.ts";
import type { Cursors, MapLog } from "./map-log.ts";
import { Outbox } from "./outbox.ts";

/** Until then what a crash kept back waits, answers and rows, and the saved cursors may lag. */
const CHECK_MS = 2_000;

type HandingOnDeps = Pick<
  SeatMapDeps,
  "storage" | "clock" | "random" | "publish" | "archive" | "nextTurn" | "log"
> & {
  map: SeatMap;
  entries: Pick<MapLog, "entriesAfter" | "segmentAfter" | "lags">;
  /** There is something to try again. */
  failed(): void;
};

/** Hands on what is durable: answers to the saga, rows to the archive. */
export class HandingOn implements Cursors {
  readonly #deps: HandingOnDeps;
  readonly #outbox: Outbox;
  readonly #archiver: Archiver;

  constructor(deps: HandingOnDeps) {
    this.#deps = deps;
    const { map, entries, storage, clock, random } = deps;
    const failedBy = (event: string) => (error: unknown, retryAt: number) => {
      deps.log(event, { error: String(error), retryAt });
      deps.failed();
    };
    this.#outbox = new Outbox(
      {
        clock,
        random,
        entriesAfter: (seq) =>
          entries.entriesAfter(seq).map((entry) => ({ seq: entry.seq, answer: answerOf(entry, map.state) })),
        publish: (answers) => deps.publish(answers),
        onFailure: failedBy("seat_map_publish_failed"),
      },
      storage.publishedSeq(),
    );
    this.#archiver = new Archiver(
      {
        clock,
        random,
        segmentAfter: (seq) => entries.segmentAfter(seq),
        archive: (segment) => deps.archive(segment),
        onFailure: failedBy("seat_map_archive_failed"),
      },
      storage.archivedSeq(),
    );
  }

  get publishedSeq(): number {
    return this.#outbox.publishedSeq;
  }

  get archivedSeq(): number {
    return this.#archiver.archivedSeq;
  }

  /**
   * Entries have come onto the disk. The saga hears of them a turn later: who waits for the flush has the answer first. What a
   * crash leaves in between, the alarm comes back for. The archive takes most flushes for no work at all.
   */
  flushed(): void {
    void this.#archiver.drainIfDue();
    void this.#deps.nextTurn().then(() => this.#outbox.drainIfDue());
  }

  drain(): Promise<unknown> {
    return Promise.all([this.#outbox.drain(), this.#archiver.drain()]);
  }

  /** As `drain`, but leaves alone who has just failed. */
  drainIfDue(): Promise<unknown> {
    return Promise.all([this.#outbox.drainIfDue(), this.#archiver.drainIfDue()]);
  }

  /** When something has to come back for what is not handed on, or not saved as such; undefined where all is. */
  dueAt(now: number): number | undefined {
    const { state } = this.#deps.map;
    const check = now + CHECK_MS;
    const due: number[] = [];
    if (this.publishedSeq < state.seq) due.push(this.#outbox.retryAt ?? check);
    if (this.archivedSeq < state.seq && state.opened) due.push(this.#archiver.retryAt ?? check);
    if (this.#deps.entries.lags) due.push(check);
    return due.length > 0 ? Math.min(...due) : undefined;
  }
}
