import { migrate, type Schema } from "../sqlite/migrate.ts";
import type { ConsumerStore, Parked } from "./ports.ts";

export const CONSUMER_SCHEMA: Schema = {
  of: "an EventConsumer",
  steps: [
    `CREATE TABLE next_offset (topic TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE parked (
     ticket INTEGER PRIMARY KEY, because TEXT NOT NULL, attempts INTEGER NOT NULL, nextAt INTEGER NOT NULL,
     detail TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL);`,
    // What an object of one partition has parked lacks it: that is told by the object's name.
    "ALTER TABLE parked ADD COLUMN partition INTEGER NOT NULL DEFAULT -1",
  ],
};

type ParkedRow = { [K in keyof Parked]: Parked[K] extends number ? number : string };

/** A store in the Durable Object's own SQLite. */
export function sqliteStore(storage: DurableObjectStorage): ConsumerStore {
  const { sql } = storage;
  migrate(storage, CONSUMER_SCHEMA);
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
  for (const [place, value] of change.offsets) {
    sql.exec(
      "INSERT INTO next_offset VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      place,
      value,
    );
  }
  for (const ticket of change.unparked) sql.exec("DELETE FROM parked WHERE ticket = ?", ticket);
  for (const m of change.parked) {
    sql.exec(
      "INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[
        m.ticket,
        m.because,
        m.attempts,
        m.nextAt,
        m.detail,
        m.topic,
        m.offset,
        m.key,
        m.value,
        m.partition,
      ],
    );
  }
}
