import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { GENESIS, type Head } from "../core/chain.ts";
import {
  type Commit,
  checkCommit,
  ROWS_FORGOTTEN_PER_COMMIT,
  type SeatMapStorage,
  type StoredSnapshot,
} from "./storage.ts";

/** Keeps everything in the process: for tests and simulations. */
export class MemoryStorage implements SeatMapStorage {
  #epoch = 0;
  #head = GENESIS;
  #publishedSeq = 0;
  #archivedSeq = 0;
  #forgottenSeq = 0;
  #plan: string | undefined;
  #snapshot: StoredSnapshot | undefined;
  readonly #rows: LedgerRow[] = [];

  beginEpoch(): number {
    this.#epoch += 1;
    return this.#epoch;
  }

  head(): Head {
    return this.#head;
  }

  plan(): string | undefined {
    return this.#plan;
  }

  snapshot(): StoredSnapshot | undefined {
    return this.#snapshot && { ...this.#snapshot, blocks: [...this.#snapshot.blocks] };
  }

  snapshotSeq(): number {
    return this.#snapshot?.seq ?? 0;
  }

  publishedSeq(): number {
    return this.#publishedSeq;
  }

  archivedSeq(): number {
    return this.#archivedSeq;
  }

  forgottenSeq(): number {
    return this.#forgottenSeq;
  }

  rows(fromSeq: number, limit: number): LedgerRow[] {
    const first = this.#rows.findIndex(({ lastSeq }) => lastSeq >= fromSeq);
    if (first < 0) return [];
    return this.#rows.slice(first, first + limit).map((row) => ({ ...row }));
  }

  commit(commit: Commit): void {
    this.#head = checkCommit(commit, this);
    this.#rows.push(...commit.rows.map((row) => ({ ...row })));
    this.#plan = commit.plan ?? this.#plan;
    if (commit.snapshot) {
      const blocks = [...(this.#snapshot?.blocks ?? [])];
      for (const block of commit.snapshot.blocks) blocks[block.position] = block;
      this.#snapshot = { ...commit.snapshot, blocks };
    }
    this.#publishedSeq = commit.publishedSeq ?? this.#publishedSeq;
    this.#archivedSeq = commit.archivedSeq ?? this.#archivedSeq;
    this.#forget(commit.forgetTo ?? 0);
  }

  #forget(toSeq: number): void {
    const kept = this.#rows.findIndex(({ lastSeq }) => lastSeq > toSeq);
    const forgettable = kept < 0 ? this.#rows.length : kept;
    const gone = this.#rows.splice(0, Math.min(forgettable, ROWS_FORGOTTEN_PER_COMMIT));
    this.#forgottenSeq = gone.at(-1)?.lastSeq ?? this.#forgottenSeq;
  }
}
