import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    payment_intent TEXT,
    charge TEXT,
    due_at INTEGER,
    doc TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS objects_newest ON objects (kind, seq);
  CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (payment_intent, kind, seq) WHERE payment_intent IS NOT NULL;
  CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (charge, kind, seq) WHERE charge IS NOT NULL;
  CREATE INDEX IF NOT EXISTS objects_due ON objects (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_ms INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events_pending ON events (next_attempt_at_ms, seq) WHERE delivery = 'pending';
  CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    params_hash TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS idempotency_keys_age ON idempotency_keys (created_at_ms);
`;

/** Pages of the log, 16 MB, before they are copied into the database: the more, the more often a page is copied once for many commits. */
const CHECKPOINT_PAGES = 4_000;

/** Opens (and on first use creates) the store in `dataDir`. A commit returns after its fsync. */
export function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, "stripe.sqlite"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`);
  db.exec(SCHEMA);
  return db;
}
