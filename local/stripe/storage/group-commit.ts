import type { DatabaseSync } from "node:sqlite";

/** One transaction's share: keeps the event loop from starving under load. */
const MAX_BATCH = 256;
/** Beyond this the caller is told to slow down instead of memory growing. */
const MAX_QUEUED = 10_000;

/** The queue of writes is full. */
export class Overloaded extends Error {}

interface Item {
  run: () => void;
  /** Called once the batch's outcome is durable, or with the commit's failure. */
  settle: (commitError: unknown) => void;
}

export interface GroupCommit {
  /**
   * Runs `work` in a transaction shared with its neighbours; resolves after the fsync.
   * A throw undoes this work alone and rejects with it.
   * @throws Overloaded when too much is waiting.
   */
  write<T>(work: () => T): Promise<T>;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
}

/** Runs `work` so that a throw takes back what it wrote, inside a transaction already begun. */
export function savepoint<T>(db: DatabaseSync, work: () => T): T {
  db.exec("SAVEPOINT work");
  try {
    const result = work();
    db.exec("RELEASE work");
    return result;
  } catch (error) {
    db.exec("ROLLBACK TO work; RELEASE work");
    throw error;
  }
}

/**
 * Many requests, one fsync. It runs on the serving thread on purpose: nobody can be answered before the
 * fsync anyway, and reads between batches then see committed state only.
 */
export function groupCommit(db: DatabaseSync, onCommit: () => void): GroupCommit {
  let queue: Item[] = [];
  let scheduled = false;
  let idle: Array<() => void> = [];

  function flush(): void {
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    let failure: unknown = null;
    try {
      db.exec("BEGIN IMMEDIATE");
      for (const item of batch) item.run();
      db.exec("COMMIT");
    } catch (error) {
      failure = error ?? new Error("commit failed");
      if (db.isTransaction) db.exec("ROLLBACK");
    }
    for (const item of batch) item.settle(failure);
    scheduled = queue.length > 0;
    if (scheduled) setImmediate(flush);
    else {
      for (const resolve of idle) resolve();
      idle = [];
    }
    if (!failure) onCommit();
  }

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        if (queue.length >= MAX_QUEUED) return reject(new Overloaded("too many writes are waiting"));
        let outcome = (): void => undefined;
        queue.push({
          run: () => {
            try {
              const value = savepoint(db, work);
              outcome = () => resolve(value);
            } catch (error) {
              outcome = () => reject(error);
            }
          },
          settle: (commitError) => (commitError ? reject(commitError) : outcome()),
        });
        if (!scheduled) {
          scheduled = true;
          setImmediate(flush);
        }
      }),
    drain: () => (scheduled ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}
