import type { Booking } from "../core/booking.ts";
import type { booking } from "./schema.ts";

type Row = typeof booking.$inferSelect;

/** A booking as its row says it. */
export function bookingFrom(row: Row): Booking {
  return {
    ...row,
    eventDate: row.eventDate.toISOString(),
    deadlineAt: row.deadlineAt?.getTime() ?? null,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
  };
}

/** A booking as it is stored. */
export function rowOf(from: Booking): Row {
  return {
    ...from,
    eventDate: new Date(from.eventDate),
    deadlineAt: from.deadlineAt === null ? null : new Date(from.deadlineAt),
    createdAt: new Date(from.createdAt),
    updatedAt: new Date(from.updatedAt),
  };
}
