import type { DatabaseThread } from "./database-thread.ts";
import type { Change, WriteRequest } from "./messages.ts";

/** Bounds one transaction, and with it how long everything behind it waits. */
const MAX_ROWS_PER_TRANSACTION = 5_000;

type Writer = Pick<DatabaseThread<WriteRequest, null>, "ask">;
type Submission = { changes: Change[]; resolve: () => void; reject: (error: Error) => void };

/**
 * Group commit: what is submitted while a transaction runs shares the next one, so that one fsync serves many
 * requests; when nothing runs, a submission goes at once. A submission is never split between transactions.
 */
export class GroupCommit {
  readonly #writer: Writer;
  readonly #onFailure: (error: Error) => void;
  #queue: Submission[] = [];
  #running: Promise<void> | undefined;
  #failed: Error | undefined;

  /** `onFailure`: called once, at the first transaction that failed; nothing is written after it. */
  constructor(writer: Writer, onFailure: (error: Error) => void) {
    this.#writer = writer;
    this.#onFailure = onFailure;
  }

  /** Resolves after the fsync, in the order of submission. */
  submit(changes: Change[]): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#queue.push({ changes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#failed) {
      const batch = this.#takeBatch();
      try {
        await this.#writer.ask({ changes: batch.flatMap((submission) => submission.changes) });
      } catch (error) {
        this.#fail(error as Error, batch);
        break;
      }
      for (const submission of batch) submission.resolve();
    }
    this.#running = undefined;
  }

  #takeBatch(): Submission[] {
    let rows = 0;
    const firstOver = this.#queue.findIndex((submission) => {
      for (const change of submission.changes) rows += change.kind === "records" ? change.rows.length : 1;
      return rows > MAX_ROWS_PER_TRANSACTION;
    });
    return this.#queue.splice(0, firstOver === -1 ? this.#queue.length : Math.max(1, firstOver));
  }

  // What was assigned but not written would leave a gap if writing went on: this store is over.
  #fail(error: Error, batch: Submission[]): void {
    this.#failed = error;
    for (const submission of [...batch, ...this.#queue.splice(0)]) submission.reject(error);
    this.#onFailure(error);
  }
}
