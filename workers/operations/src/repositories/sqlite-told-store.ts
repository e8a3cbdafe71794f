import type { SqliteHandle } from "#durable-objects/sqlite/handle.ts";
import { migrate, type Schema } from "#durable-objects/sqlite/migrate.ts";
import type { Position } from "#shared/log/topic-log.ts";
import { NOTHING_TOLD, type Told } from "../core/audit/facts.ts";
import type { ToldStore } from "./told-store.ts";

export const TOLD_SCHEMA: Schema = {
  of: "what was told",
  // It lives beside the auditor's own.
  table: "told_migration",
  // The first two are taken over from objects that recorded none: there the tables are.
  steps: [
    `create table if not exists told (
    booking_id text not null, ending text not null, times integer not null, primary key (booking_id, ending)
  ) without rowid`,
    `create table if not exists told_position (
    topic text not null, partition integer not null, next_offset integer not null, primary key (topic, partition)
  ) without rowid`,
  ],
};

/** {@link ToldStore} in a Durable Object's own SQLite. What one call writes is written together. */
export function sqliteToldStore(storage: SqliteHandle): ToldStore {
  const { sql } = storage;
  migrate(storage, TOLD_SCHEMA);
  const moveTo = (positions: Position[]) =>
    sql.exec(
      `insert or replace into told_position (topic, partition, next_offset)
      select value ->> 'topic', value ->> 'partition', value ->> 'offset' from json_each(?)`,
      JSON.stringify(positions),
    );
  return {
    begin(positions) {
      storage.transactionSync(() => {
        sql.exec("delete from told");
        sql.exec("delete from told_position");
        moveTo(positions);
      });
    },
    positions() {
      const rows = sql.exec(
        "select topic, partition, next_offset as offset from told_position order by topic, partition",
      );
      return rows.toArray() as unknown as Position[];
    },
    note(ends, positions) {
      storage.transactionSync(() => {
        sql.exec(
          `insert into told (booking_id, ending, times)
          select value ->> 'bookingId', value ->> 'end', 1 from json_each(?) where true
          on conflict do update set times = times + 1`,
          JSON.stringify(ends),
        );
        moveTo(positions);
      });
    },
    of(bookingIds) {
      const found = new Map<string, Told>();
      const rows = sql.exec(
        `select booking_id as bookingId, ending, times from told
        where booking_id in (select value from json_each(?))`,
        JSON.stringify(bookingIds),
      );
      for (const { bookingId, ending, times } of rows.toArray() as unknown as ToldRow[]) {
        found.set(bookingId, { ...(found.get(bookingId) ?? NOTHING_TOLD), [ending]: times });
      }
      return found;
    },
  };
}

interface ToldRow {
  bookingId: string;
  ending: keyof Told;
  times: number;
}
