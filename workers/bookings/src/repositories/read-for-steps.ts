import { getTableColumns, sql } from "drizzle-orm";
import { answered, type Database } from "#shared/postgres/database.ts";
import type { BookingLine } from "../core/booking.ts";
import type { Signal } from "../core/input.ts";
import { bookingFrom } from "./booking-row.ts";
import type { BookingsRead } from "./bookings.ts";
import { booking } from "./schema.ts";

/**
 * What steps are decided on, in one statement: several in one request are a transaction, which costs Postgres and its
 * endpoint as much again. That an event was consumed is known beside its booking: there is no inbox row without one.
 */
export async function readForSteps(db: Database, signals: Signal[]): Promise<BookingsRead> {
  const ids = textArray(signals.map(({ bookingId }) => bookingId));
  const eventIds = textArray(signals.map(({ eventId }) => eventId));
  const columns = {
    ...getTableColumns(booking),
    lines: sql<BookingLine[]>`(
      select coalesce(jsonb_agg(jsonb_build_object(
        'seatId', seat_id, 'label', label, 'tier', tier, 'quantity', quantity, 'price', price, 'fee', fee,
        'tax', tax, 'discount', discount) order by line), '[]') from booking_line where booking_id = ${booking.id})`,
    seen: sql<string[]>`(
      select coalesce(jsonb_agg(event_id), '[]') from inbox where event_id = any(${eventIds}))`,
  };
  const rows = await answered(db.select(columns).from(booking).where(sql`${booking.id} = any(${ids})`));
  const bookings = rows.map(({ lines: _lines, seen: _seen, ...row }) => bookingFrom(row));
  return {
    bookings: new Map(bookings.map((one) => [one.id, one])),
    lines: new Map(rows.map(({ id, lines }) => [id, lines])),
    seen: new Set(rows[0]?.seen),
  };
}

/** One parameter, however many there are: so the statement stays the same, and is planned once. */
const textArray = (texts: string[]) =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
