import { getTableColumns, type SQL, sql, type Table } from "drizzle-orm";
import { outbox } from "#shared/postgres/outbox.ts";
import { booking, bookingLine, bookingStep, idempotencyKey } from "./schema.ts";

/** A new booking's rows. */
interface NewRows {
  booking: typeof booking.$inferInsert;
  lines: (typeof bookingLine.$inferInsert)[];
  step: typeof bookingStep.$inferInsert;
  /** Its Idempotency-Key, where it has one. */
  keys: (typeof idempotencyKey.$inferInsert)[];
  message: typeof outbox.$inferInsert;
}

/**
 * A new booking with all that is written beside it, in one statement: all or none, without the round trips of a
 * transaction. One row comes back: the id of its message in the outbox.
 */
export function insertBooking({ booking: added, lines, step, keys, message }: NewRows): SQL {
  return sql`
    with
    added as (
      insert into booking select * from jsonb_populate_record(null::booking, ${json(booking, [added])}::jsonb -> 0)),
    priced as (
      insert into booking_line
      select * from jsonb_populate_recordset(null::booking_line, ${json(bookingLine, lines)}::jsonb)),
    stepped as (
      insert into booking_step (booking_id, at, step, state, detail)
      select booking_id, at, step, state, detail
      from jsonb_populate_recordset(null::booking_step, ${json(bookingStep, [step])}::jsonb)),
    keyed as (
      insert into idempotency_key
      select * from jsonb_populate_recordset(null::idempotency_key, ${json(idempotencyKey, keys)}::jsonb))
    insert into outbox (topic, partition, key, value, claimed_until)
    select topic, partition, key, value, claimed_until
    from jsonb_populate_recordset(null::outbox, ${json(outbox, [message])}::jsonb)
    returning id`;
}

/** Rows under the names of their columns. */
function json(table: Table, rows: Record<string, unknown>[]): string {
  const columns = Object.entries(getTableColumns(table));
  const named = (row: Record<string, unknown>) =>
    Object.fromEntries(columns.map(([field, { name }]) => [name, row[field] ?? null]));
  return JSON.stringify(rows.map(named));
}
