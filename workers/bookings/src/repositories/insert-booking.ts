import { getTableColumns, type SQL, sql, type Table } from "drizzle-orm";
import { forgetSent } from "#shared/postgres/late-outbox.ts";
import { outbox } from "#shared/postgres/outbox.ts";
import { booking, bookingLine, bookingStep, idempotencyKey } from "./schema.ts";

/** The rows of new bookings. */
export interface NewRows {
  bookings: (typeof booking.$inferInsert)[];
  lines: (typeof bookingLine.$inferInsert)[];
  steps: (typeof bookingStep.$inferInsert)[];
  /** Their Idempotency-Keys, of those that have one. */
  keys: (typeof idempotencyKey.$inferInsert)[];
  messages: (typeof outbox.$inferInsert)[];
}

/**
 * New bookings with all that is written beside them, in one statement: all or none, without the round trips of a
 * transaction. A row comes back for each message: its id in the outbox, and its key.
 * @param sent ids of the outbox that are forgotten with it
 */
export function insertBookings({ bookings, lines, steps, keys, messages }: NewRows, sent: number[]): SQL {
  return sql`
    with
    gone as (${forgetSent(sent)}),
    added as (
      insert into booking select * from jsonb_populate_recordset(null::booking, ${json(booking, bookings)}::jsonb)),
    priced as (
      insert into booking_line
      select * from jsonb_populate_recordset(null::booking_line, ${json(bookingLine, lines)}::jsonb)),
    stepped as (
      insert into booking_step (booking_id, at, step, state, detail)
      select booking_id, at, step, state, detail
      from jsonb_populate_recordset(null::booking_step, ${json(bookingStep, steps)}::jsonb)),
    keyed as (
      insert into idempotency_key
      select * from jsonb_populate_recordset(null::idempotency_key, ${json(idempotencyKey, keys)}::jsonb))
    insert into outbox (topic, partition, key, value, claimed_until)
    select topic, partition, key, value, claimed_until
    from jsonb_populate_recordset(null::outbox, ${json(outbox, messages)}::jsonb)
    returning id, key`;
}

/** Rows under the names of their columns. */
function json(table: Table, rows: Record<string, unknown>[]): string {
  const columns = Object.entries(getTableColumns(table));
  const named = (row: Record<string, unknown>) =>
    Object.fromEntries(columns.map(([field, { name }]) => [name, row[field] ?? null]));
  return JSON.stringify(rows.map(named));
}
