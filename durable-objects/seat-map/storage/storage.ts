import type { LedgerRow } from "#shared/rpc/inventory.ts";
import type { Head } from "../core/chain.ts";
import type { SnapshotParts } from "../core/snapshot.ts";

/**
 * A snapshot of the state at `seq`, where the chain's head was `hash`. In a commit, `blocks` are those that have changed
 * since the snapshot before, which keeps the others; read back it has all of them, in their order.
 */
export interface StoredSnapshot extends Head, SnapshotParts {}

/** What one flush makes durable: all of it or nothing. */
export interface Commit {
  rows: LedgerRow[];
  /** Replaces the plan. */
  plan?: string;
  /** Replaces the snapshot. It must be of the head that `rows` lead to. */
  snapshot?: StoredSnapshot;
  /** Answers up to this entry have been handed on. */
  publishedSeq?: number;
  /** Rows up to this entry are in the archive. */
  archivedSeq?: number;
  /** Rows that end at this entry or before it go away, the oldest first, {@link ROWS_FORGOTTEN_PER_COMMIT} at most. */
  forgetTo?: number;
}

/** More than a flush adds, so that an old log shrinks; few enough that no lock waits for it. */
export const ROWS_FORGOTTEN_PER_COMMIT = 64;

/**
 * The durable side of one SeatMap. Synchronous, so that one flush is one turn of the event loop.
 *
 * Invariants, which the contract suite checks on every implementation:
 * 1. `commit` is atomic: after a throw, everything reads as before it.
 * 2. The log is append only and gapless: a row whose `firstSeq` or `prevHash` does not continue the head is
 *    refused, and no row ever changes. Rows go away at the front alone, whole, a bounded number a commit, and only
 *    where the archive and the snapshot have them and their answers were handed on. The head stays known when
 *    no row is left.
 * 3. What was committed reads back exactly, whatever characters it has.
 * 4. `publishedSeq` and `archivedSeq` never go down and never pass the head.
 * 5. There is one snapshot at most, always a whole one, and of a moment in the log.
 * 6. `beginEpoch` gives a greater number each time, over the whole life of the storage.
 */
export interface SeatMapStorage {
  /** Numbers this wake. Durable no later than the next commit. */
  beginEpoch(): number;
  head(): Head;
  plan(): string | undefined;
  snapshot(): StoredSnapshot | undefined;
  /** The entry that the snapshot is of; 0 without one. */
  snapshotSeq(): number;
  publishedSeq(): number;
  archivedSeq(): number;
  /** The last entry whose row has gone away; 0 where none has. */
  forgottenSeq(): number;
  /** Rows from the one that holds entry `fromSeq` on, at most `limit`, in order; of those that are still there. */
  rows(fromSeq: number, limit: number): LedgerRow[];
  commit(commit: Commit): void;
}

/** Throws where `commit` would break an invariant; returns the head it leads to. */
export function checkCommit(commit: Commit, storage: SeatMapStorage): Head {
  let head = storage.head();
  for (const { firstSeq, lastSeq, prevHash, hash } of commit.rows) {
    if (firstSeq !== head.seq + 1 || lastSeq < firstSeq || prevHash !== head.hash) {
      throw new Error(`a row of entries ${firstSeq} to ${lastSeq} cannot follow entry ${head.seq}`);
    }
    head = { seq: lastSeq, hash };
  }
  const { snapshot } = commit;
  if (snapshot && (snapshot.seq !== head.seq || snapshot.hash !== head.hash)) {
    throw new Error(`a snapshot at ${snapshot.seq} is not one of the head at ${head.seq}`);
  }
  const publishedSeq = moved(storage.publishedSeq(), commit.publishedSeq, head);
  const archivedSeq = moved(storage.archivedSeq(), commit.archivedSeq, head);
  const needless = Math.min(publishedSeq, archivedSeq, snapshot?.seq ?? storage.snapshotSeq());
  if (commit.forgetTo !== undefined && commit.forgetTo > needless) {
    throw new Error(`rows up to entry ${commit.forgetTo} cannot go: from ${needless} on they are needed`);
  }
  return head;
}

/** Where a cursor stands after a commit. */
function moved(from: number, to: number | undefined, head: Head): number {
  if (to !== undefined && (to < from || to > head.seq)) {
    throw new Error(`the cursor cannot move from ${from} to ${to}`);
  }
  return to ?? from;
}
