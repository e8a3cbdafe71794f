import type { LedgerRow } from "#shared/rpc/inventory.ts";
import type { SqliteHandle, SqlValue } from "../../sqlite/handle.ts";
import { migrate } from "../../sqlite/migrate.ts";
import { GENESIS, type Head } from "../core/chain.ts";
import type { DecisionBlock } from "../core/decision-list.ts";
import { sha256 } from "../core/sha256.ts";
import { SEAT_MAP_SCHEMA } from "./migrations.ts";
import {
  type Commit,
  checkCommit,
  ROWS_FORGOTTEN_PER_COMMIT,
  type SeatMapStorage,
  type StoredSnapshot,
} from "./storage.ts";

/** Bytes of one piece of a document: far below the 2 MB a row may have. */
const PIECE_BYTES = 512 * 1024;

/** Documents of blocks are named by it and their position. */
const BLOCK = "decisions/";

const LOG_COLUMNS = `first_seq AS firstSeq, last_seq AS lastSeq, epoch, at, entries,
  prev_hash AS prevHash, hash`;

/** Keeps a SeatMap in the SQLite database of its object. */
export class SqliteStorage implements SeatMapStorage {
  readonly #db: SqliteHandle;
  #head: Head;
  #snapshotSeq: number;
  #publishedSeq: number;
  #archivedSeq: number;
  #forgottenSeq: number;

  /** Migrates first. Throws where the tables are not ones that this code may use. */
  constructor(db: SqliteHandle) {
    this.#db = { sql: db.sql, transactionSync: (work) => db.transactionSync(work) };
    migrate(this.#db, SEAT_MAP_SCHEMA);
    const snapshot = this.#headOf("SELECT seq, hash FROM snapshot_head");
    const last = this.#headOf("SELECT last_seq AS seq, hash FROM log ORDER BY first_seq DESC LIMIT 1");
    // A log without rows has forgotten all of them: the snapshot is of its head.
    this.#head = last ?? snapshot ?? GENESIS;
    this.#snapshotSeq = snapshot?.seq ?? 0;
    const first = this.#one("SELECT first_seq FROM log ORDER BY first_seq LIMIT 1");
    this.#forgottenSeq = first ? Number(first.first_seq) - 1 : this.#head.seq;
    const progress = this.#one("SELECT published_seq, archived_seq FROM progress")!;
    this.#publishedSeq = Number(progress.published_seq);
    this.#archivedSeq = Number(progress.archived_seq);
  }

  beginEpoch(): number {
    return Number(this.#one("UPDATE progress SET epoch = epoch + 1 RETURNING epoch")!.epoch);
  }

  head(): Head {
    return this.#head;
  }

  plan(): string | undefined {
    return this.#document("plan");
  }

  snapshot(): StoredSnapshot | undefined {
    const head = this.#one("SELECT seq, hash, digest FROM snapshot_head");
    const body = this.#document("snapshot");
    if (!head || body === undefined) return undefined;
    if (sha256(body) !== head.digest) throw new Error(`the snapshot at entry ${head.seq} is damaged`);
    return {
      seq: Number(head.seq),
      hash: String(head.hash),
      body,
      blocks: { [Symbol.iterator]: () => this.#blocks() },
    };
  }

  snapshotSeq(): number {
    return this.#snapshotSeq;
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
    const rows = this.#db.sql.exec(
      `SELECT ${LOG_COLUMNS} FROM log
       WHERE first_seq >= coalesce((SELECT max(first_seq) FROM log WHERE first_seq <= ?1), 0) AND last_seq >= ?1
       ORDER BY first_seq LIMIT ?2`,
      fromSeq,
      limit,
    );
    return rows.toArray() as unknown as LedgerRow[];
  }

  commit(commit: Commit): void {
    const head = checkCommit(commit, this);
    const { rows, plan, snapshot, forgetTo } = commit;
    const publishedSeq = commit.publishedSeq ?? this.#publishedSeq;
    const archivedSeq = commit.archivedSeq ?? this.#archivedSeq;
    let forgottenSeq = this.#forgottenSeq;
    const isMore = plan !== undefined || snapshot || forgetTo !== undefined;
    const moves = publishedSeq > this.#publishedSeq || archivedSeq > this.#archivedSeq;
    // A single statement is all or nothing by itself.
    if (rows.length === 1 && !isMore && !moves) this.#append(rows[0]!);
    else
      this.#db.transactionSync(() => {
        for (const row of rows) this.#append(row);
        if (plan !== undefined) this.#replaceDocument("plan", new TextEncoder().encode(plan));
        if (snapshot) this.#replaceSnapshot(snapshot);
        if (moves) {
          this.#db.sql.exec(
            "UPDATE progress SET published_seq = ?, archived_seq = ?",
            publishedSeq,
            archivedSeq,
          );
        }
        if (forgetTo !== undefined) forgottenSeq = this.#forget(forgetTo);
      });
    this.#head = head;
    this.#snapshotSeq = snapshot?.seq ?? this.#snapshotSeq;
    this.#publishedSeq = publishedSeq;
    this.#archivedSeq = archivedSeq;
    this.#forgottenSeq = forgottenSeq;
  }

  /** The last entry that is gone then. */
  #forget(toSeq: number): number {
    const gone = this.#db.sql
      .exec(
        `DELETE FROM log WHERE first_seq IN (
           SELECT first_seq FROM log WHERE first_seq <= ?1 AND last_seq <= ?1 ORDER BY first_seq LIMIT ?2)
         RETURNING last_seq`,
        ...[toSeq, ROWS_FORGOTTEN_PER_COMMIT],
      )
      .toArray();
    return Math.max(this.#forgottenSeq, ...gone.map(({ last_seq }) => Number(last_seq)));
  }

  #append({ firstSeq, lastSeq, epoch, at, entries, prevHash, hash }: LedgerRow): void {
    this.#db.sql.exec(
      `INSERT INTO log (first_seq, last_seq, epoch, at, entries, prev_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[firstSeq, lastSeq, epoch, at, entries, prevHash, hash],
    );
  }

  #replaceSnapshot({ seq, hash, body, blocks }: StoredSnapshot): void {
    this.#replaceDocument("snapshot", new TextEncoder().encode(body));
    for (const { position, bytes } of blocks) this.#replaceDocument(`${BLOCK}${position}`, bytes);
    this.#db.sql.exec(
      "INSERT OR REPLACE INTO snapshot_head (only_one, seq, hash, digest) VALUES (1, ?, ?, ?)",
      ...[seq, hash, sha256(body)],
    );
  }

  #replaceDocument(name: string, bytes: Uint8Array): void {
    this.#db.sql.exec("DELETE FROM document_piece WHERE name = ?", name);
    for (let position = 0; position * PIECE_BYTES < bytes.length; position++) {
      const piece = bytes.slice(position * PIECE_BYTES, (position + 1) * PIECE_BYTES);
      this.#db.sql.exec(
        "INSERT INTO document_piece (name, position, bytes) VALUES (?, ?, ?)",
        ...[name, position, piece],
      );
    }
  }

  #document(name: string): string | undefined {
    const bytes = this.#bytesOf(name);
    return bytes && new TextDecoder().decode(bytes);
  }

  #bytesOf(name: string): Uint8Array | undefined {
    const pieces = this.#db.sql
      .exec("SELECT bytes FROM document_piece WHERE name = ? ORDER BY position", name)
      .toArray();
    const parts = pieces.map(({ bytes }) => new Uint8Array(bytes as ArrayBuffer | Uint8Array));
    return parts.length > 1 ? joined(parts) : parts[0];
  }

  /** The blocks of decisions, in their order: one at a time, since together they may be 40 MB. */
  *#blocks(): Generator<DecisionBlock> {
    for (let position = 0; ; position++) {
      const bytes = this.#bytesOf(`${BLOCK}${position}`);
      if (!bytes) return;
      yield { position, bytes };
    }
  }

  #headOf(query: string): Head | undefined {
    const row = this.#one(query);
    return row && { seq: Number(row.seq), hash: String(row.hash) };
  }

  #one(query: string): Record<string, SqlValue> | undefined {
    return this.#db.sql.exec(query).toArray()[0];
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
