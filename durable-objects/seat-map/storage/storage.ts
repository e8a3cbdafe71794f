import type { LedgerRow } from "#shared/rpc/inventory.ts";
import type { Head } from "../core/chain.ts";

/** A snapshot of the state at `seq`, where the chain's head was `hash`. */
export interface StoredSnapshot extends Head {
  body: string;
}

/** What one flush makes durable: all of it or nothing. */
export interface Commit {
  rows: LedgerRow[];
  /** Replaces the plan. */
  plan?: string;
  /** Replaces the snapshot. It must be of the head that `rows` lead to. */
  snapshot?: StoredSnapshot;
  /** Answers up to this entry have been handed on. */
  publishedSeq?: number;
}

/**
 * The durable side of one SeatMap. Synchronous, so that one flush is one turn of the event loop.
 *
 * Invariants, which the contract suite checks on every implementation:
 * 1. `commit` is atomic: after a throw, everything reads as before it.
 * 2. The log is append only and gapless: a row whose `firstSeq` or `prevHash` does not continue the head is
 *    refused, and no row ever changes or goes away.
 * 3. What was committed reads back exactly, whatever characters it has.
 * 4. `publishedSeq` never goes down and never passes the head.
 * 5. There is one snapshot at most, always a whole one, and of a moment in the log.
 * 6. `beginEpoch` gives a greater number each time, over the whole life of the storage.
 */
export interface SeatMapStorage {
  /** Numbers this wake. Durable no later than the next commit. */
  beginEpoch(): number;
  head(): Head;
  plan(): string | undefined;
  snapshot(): StoredSnapshot | undefined;
  publishedSeq(): number;
  /** Rows from the one that holds entry `fromSeq` on, at most `limit`, in order. */
  rows(fromSeq: number, limit: number): LedgerRow[];
  commit(commit: Commit): void;
}

/** Throws where `commit` would break an invariant; returns the head it leads to. */
export function checkCommit({ rows, snapshot, publishedSeq }: Commit, storage: SeatMapStorage): Head {
  let head = storage.head();
  for (const { firstSeq, lastSeq, prevHash, hash } of rows) {
    if (firstSeq !== head.seq + 1 || lastSeq < firstSeq || prevHash !== head.hash) {
      throw new Error(`a row of entries ${firstSeq} to ${lastSeq} cannot follow entry ${head.seq}`);
    }
    head = { seq: lastSeq, hash };
  }
  if (snapshot && (snapshot.seq !== head.seq || snapshot.hash !== head.hash)) {
    throw new Error(`a snapshot at ${snapshot.seq} is not one of the head at ${head.seq}`);
  }
  if (publishedSeq !== undefined && (publishedSeq < storage.publishedSeq() || publishedSeq > head.seq)) {
    throw new Error(`the cursor cannot move from ${storage.publishedSeq()} to ${publishedSeq}`);
  }
  return head;
}
