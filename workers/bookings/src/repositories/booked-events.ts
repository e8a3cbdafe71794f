import { and, asc, eq, gt, inArray, isNull, lt, lte, or } from "drizzle-orm";
import { answered, type Database } from "#shared/postgres/database.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import type { Booking } from "../core/booking.ts";
import { bookingFrom } from "./booking-row.ts";
import { booking, eventCancellation } from "./schema.ts";

/** What bookings carry of their event. */
export interface EventFacts {
  eventId: string;
  version: number;
  name: string;
  startsAt: string;
  venueName: string;
}

export interface EventCancellation {
  eventId: string;
  reason: string;
  /** Epoch ms. */
  cancelledAt: number;
}

/**
 * What bookings know of the events they are for. Every method throws Unavailable when Postgres does not answer.
 */
export interface BookedEvents {
  /** Tells bookings that carry an older version, at most `limit` of them. @returns how many were told */
  tell(facts: EventFacts, limit: number): Promise<number>;
  /** Notes that an event takes place no more; idempotent, the first reason stays. */
  addCancellation(cancellation: EventCancellation): Promise<void>;
  /** Cancelled events that still have bookings to undo and are not put off, by id, those after `afterId`. */
  openCancellations(now: number, afterId: string, limit: number): Promise<EventCancellation[]>;
  /** Keeps a cancelled event from being looked at before `until` (epoch ms). */
  putOff(eventId: string, until: number): Promise<void>;
  /** All bookings of a cancelled event are undone. */
  closeCancellation(eventId: string, at: number): Promise<void>;
  /** Bookings of an event in these states, by id, those after `afterId`. */
  page(eventId: string, states: readonly BookingState[], afterId: string, limit: number): Promise<Booking[]>;
}

export function postgresBookedEvents(db: Database): BookedEvents {
  return {
    async tell({ eventId, version, name, startsAt, venueName }, limit) {
      // Locked in the order of their ids, as every other statement that locks several bookings.
      const stale = db.$with("stale").as(
        db
          .select({ id: booking.id })
          .from(booking)
          .where(and(eq(booking.eventId, eventId), lt(booking.eventVersion, version)))
          .orderBy(asc(booking.id))
          .limit(limit)
          .for("update"),
      );
      const told = await answered(
        db
          .with(stale)
          .update(booking)
          .set({ eventName: name, eventDate: new Date(startsAt), venueName, eventVersion: version })
          .where(inArray(booking.id, db.select({ id: stale.id }).from(stale)))
          .returning({ id: booking.id }),
      );
      return told.length;
    },

    async addCancellation({ eventId, reason, cancelledAt }) {
      const row = { eventId, reason, cancelledAt: new Date(cancelledAt) };
      await answered(db.insert(eventCancellation).values(row).onConflictDoNothing());
    },

    async openCancellations(now, afterId, limit) {
      const { doneAt, lookAt, eventId } = eventCancellation;
      const isDue = or(isNull(lookAt), lte(lookAt, new Date(now)));
      const isOpen = and(isNull(doneAt), isDue, gt(eventId, afterId));
      const open = db.select().from(eventCancellation).where(isOpen);
      const rows = await answered(open.orderBy(asc(eventCancellation.eventId)).limit(limit));
      return rows.map(({ eventId, reason, cancelledAt }) => ({
        ...{ eventId, reason, cancelledAt: cancelledAt.getTime() },
      }));
    },

    async putOff(eventId, until) {
      const putting = db.update(eventCancellation).set({ lookAt: new Date(until) });
      await answered(putting.where(eq(eventCancellation.eventId, eventId)));
    },

    async closeCancellation(eventId, at) {
      const closing = db.update(eventCancellation).set({ doneAt: new Date(at) });
      await answered(closing.where(eq(eventCancellation.eventId, eventId)));
    },

    async page(eventId, states, afterId, limit) {
      const wanted = and(
        eq(booking.eventId, eventId),
        inArray(booking.state, [...states]),
        gt(booking.id, afterId),
      );
      const rows = db.select().from(booking).where(wanted).orderBy(asc(booking.id)).limit(limit);
      return (await answered(rows)).map(bookingFrom);
    },
  };
}
