import type { ConsumerStore, Parked } from "./ports.ts";

/** Append-only: a later version adds statements below, and never changes one above. */
const MIGRATIONS = [
  `CREATE TABLE next_offset (topic TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE parked (
     ticket INTEGER PRIMARY KEY, because TEXT NOT NULL, attempts INTEGER NOT NULL, nextAt INTEGER NOT NULL,
     detail TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL);`,
];

type ParkedRow = { [K in keyof Parked]: Parked[K] extends number ? number : string };

/** A store in the Durable Object's own SQLite. */
export function sqliteStore(storage: DurableObjectStorage): ConsumerStore {
  const { sql } = storage;
  storage.transactionSync(() => migrate(sql));
  return {
    load() {
      const offsets = sql
        .exec<{ topic: string; value: number }>("SELECT topic, value FROM next_offset")
        .toArray();
      const parked = sql.exec<ParkedRow>("SELECT * FROM parked ORDER BY ticket").toArray();
      return {
        offsets: new Map(offsets.map((row) => [row.topic, row.value])),
        parked: parked as unknown as Parked[],
      };
    },
    save(change) {
      // One turn commits as a whole, but a turn that catches an error commits what came before it.
      storage.transactionSync(() => write(sql, change));
    },
  };
}

function write(sql: SqlStorage, change: Parameters<ConsumerStore["save"]>[0]): void {
  for (const [topic, value] of change.offsets) {
    sql.exec(
      "INSERT INTO next_offset VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      topic,
      value,
    );
  }
  for (const ticket of change.unparked) sql.exec("DELETE FROM parked WHERE ticket = ?", ticket);
  for (const m of change.parked) {
    sql.exec(
      "INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[m.ticket, m.because, m.attempts, m.nextAt, m.detail, m.topic, m.offset, m.key, m.value],
    );
  }
}

function migrate(sql: SqlStorage): void {
  sql.exec("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY)");
  const applied = sql
    .exec<{ version: number }>("SELECT COALESCE(MAX(version), 0) AS version FROM migration")
    .one().version;
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < applied) continue;
    sql.exec(statements);
    sql.exec("INSERT INTO migration VALUES (?)", index + 1);
  }
}
