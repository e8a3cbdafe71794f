import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { GENESIS, type Head } from "../core/chain.ts";
import { type Commit, checkCommit, type SeatMapStorage, type StoredSnapshot } from "./storage.ts";

/** Keeps everything in the process: for tests and simulations. */
export class MemoryStorage implements SeatMapStorage {
  #epoch = 0;
  #publishedSeq = 0;
  #plan: string | undefined;
  #snapshot: StoredSnapshot | undefined;
  readonly #rows: LedgerRow[] = [];

  beginEpoch(): number {
    this.#epoch += 1;
    return this.#epoch;
  }

  head(): Head {
    const last = this.#rows.at(-1);
    return last ? { seq: last.lastSeq, hash: last.hash } : GENESIS;
  }

  plan(): string | undefined {
    return this.#plan;
  }

  snapshot(): StoredSnapshot | undefined {
    return this.#snapshot && { ...this.#snapshot };
  }

  publishedSeq(): number {
    return this.#publishedSeq;
  }

  rows(fromSeq: number, limit: number): LedgerRow[] {
    const first = this.#rows.findIndex(({ lastSeq }) => lastSeq >= fromSeq);
    if (first < 0) return [];
    return this.#rows.slice(first, first + limit).map((row) => ({ ...row }));
  }

  commit(commit: Commit): void {
    checkCommit(commit, this);
    this.#rows.push(...commit.rows.map((row) => ({ ...row })));
    this.#plan = commit.plan ?? this.#plan;
    if (commit.snapshot) this.#snapshot = { ...commit.snapshot };
    this.#publishedSeq = commit.publishedSeq ?? this.#publishedSeq;
  }
}
