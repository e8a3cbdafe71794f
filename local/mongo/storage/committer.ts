import { Worker } from "node:worker_threads";
import { packBatch } from "./batch.ts";
import type { FromStorage, Operation, Snapshot, ToStorage } from "./operations.ts";

/** Where changes go to become durable. */
export type Journal = {
  /** Adds a change to the batch that is being collected. */
  append(operation: Operation): void;
  /** Resolves once everything appended so far is on disk; at once when it already is. */
  covered(): Promise<void>;
};

type Batch = { operations: Operation[]; done: Promise<void>; resolve: () => void };

/**
 * Group commit: everything that is written while one batch is being made durable is the next batch.
 * A batch that cannot be stored is the end: memory is then ahead of the disk, so `onFatal` must end the
 * process, and nobody who waits on that batch ever gets an answer.
 */
export class Committer implements Journal {
  readonly #worker: Worker;
  readonly #onFatal: (reason: string) => void;
  #collecting: Batch | null = null;
  #committing: Batch | null = null;
  #scheduled = false;
  #closing = false;
  #failed = false;

  private constructor(worker: Worker, onFatal: (reason: string) => void) {
    this.#worker = worker;
    this.#onFatal = onFatal;
    worker.on("message", (message: FromStorage) => this.#hear(message));
    worker.on("error", (error) => this.#fail(String(error)));
    worker.on("exit", () => {
      if (!this.#closing) this.#fail("the storage thread ended");
    });
  }

  /** Opens the database file and reads all of it. Rejects when it is held by another process or unreadable. */
  static open(
    path: string,
    onFatal: (reason: string) => void,
  ): Promise<{ committer: Committer; snapshot: Snapshot }> {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: { path } });
    return new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", (message: FromStorage) => {
        if (message.kind !== "opened") {
          void worker.terminate();
          reject(new Error(message.kind === "failed" ? message.message : "unexpected answer"));
          return;
        }
        worker.off("error", reject);
        resolve({ committer: new Committer(worker, onFatal), snapshot: message.snapshot });
      });
    });
  }

  append(operation: Operation): void {
    if (!this.#collecting) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#collecting = { operations: [], done: promise, resolve };
    }
    this.#collecting.operations.push(operation);
    if (this.#committing || this.#scheduled) return;
    // Not at once: the other connections' commands of this turn share the fsync.
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  covered(): Promise<void> {
    return (this.#collecting ?? this.#committing)?.done ?? Promise.resolve();
  }

  /** Stores what is left and closes the database. */
  async close(): Promise<void> {
    if (!this.#failed) await this.covered();
    this.#closing = true;
    if (this.#failed) {
      await this.#worker.terminate();
      return;
    }
    const ended = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.postMessage({ kind: "close" } satisfies ToStorage);
    await ended;
  }

  #start(): void {
    if (!this.#collecting || this.#committing || this.#failed) return;
    this.#committing = this.#collecting;
    this.#collecting = null;
    const batch = packBatch(this.#committing.operations);
    this.#worker.postMessage({ kind: "commit", batch } satisfies ToStorage, [batch.bytes.buffer]);
  }

  #hear(message: FromStorage): void {
    if (message.kind === "failed") this.#fail(message.message);
    if (message.kind !== "committed") return;
    this.#committing?.resolve();
    this.#committing = null;
    this.#start();
  }

  #fail(reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFatal(reason);
  }
}
