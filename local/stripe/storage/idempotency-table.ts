import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Keys may be forgotten once 24 hours old: https://docs.stripe.com/api/idempotent_requests */
const KEY_TTL_MS = 24 * 60 * 60 * 1000;

/** The first answer to a key, and what it was bound to. */
export interface StoredAnswer {
  key: string;
  /** Method and path. */
  endpoint: string;
  paramsHash: string;
  requestId: string;
  status: number;
  body: string;
}

export class IdempotencyTable {
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #prune: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare(
      "SELECT key, endpoint, params_hash AS paramsHash, request_id AS requestId, status, body " +
        "FROM idempotency_keys WHERE key = ? AND created_at_ms > ?",
    );
    this.#save = db.prepare(
      "INSERT OR REPLACE INTO idempotency_keys (key, endpoint, params_hash, request_id, status, body, created_at_ms) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#prune = db.prepare("DELETE FROM idempotency_keys WHERE created_at_ms <= ?");
  }

  /** The stored answer, unless it is too old. */
  find(key: string, nowMs: number): StoredAnswer | null {
    const row = this.#find.get(key, nowMs - KEY_TTL_MS);
    return row ? (row as unknown as StoredAnswer) : null;
  }

  save({ key, endpoint, paramsHash, requestId, status, body }: StoredAnswer, nowMs: number): void {
    this.#save.run(key, endpoint, paramsHash, requestId, status, body, nowMs);
  }

  prune(nowMs: number): void {
    this.#prune.run(nowMs - KEY_TTL_MS);
  }
}
