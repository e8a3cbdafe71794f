import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { auditedOutbox } from "#shared/postgres/audited-outbox.ts";
import { answered, type Database } from "#shared/postgres/database.ts";
import type { BookingFacts, InboxFacts, OversoldPlace, StepFacts } from "#shared/rpc/audit/bookings.ts";
import { booking, bookingStep, ticket } from "./schema.ts";

/** The most places sold twice, and keys without their booking, that are named at once. */
const NAMED = 100;

type Row = typeof booking.$inferSelect;

/** What an auditor reads of bookings. Every method throws Unavailable when Postgres does not answer. */
export interface AuditedBookings {
  /** @param rememberedFrom epoch ms: steps from before then may have no consumed event any more */
  page(
    asked: { eventId: string | null; afterId: string; limit: number },
    rememberedFrom: number,
  ): Promise<BookingFacts[]>;
  byId(ids: string[], rememberedFrom: number): Promise<BookingFacts[]>;
  oversold(eventId: string): Promise<OversoldPlace[]>;
  inbox(span: { from: number; to: number }): Promise<InboxFacts>;
}

export function auditedBookings(db: Database): AuditedBookings {
  const withParts = (rows: Row[], rememberedFrom: number) => addParts(db, rows, rememberedFrom);
  return {
    async page({ eventId, afterId, limit }, rememberedFrom) {
      const isAfter = gt(booking.id, afterId);
      const query = db
        .select()
        .from(booking)
        .where(eventId === null ? isAfter : and(eq(booking.eventId, eventId), isAfter));
      return withParts(await answered(query.orderBy(asc(booking.id)).limit(limit)), rememberedFrom);
    },
    async byId(ids, rememberedFrom) {
      if (ids.length === 0) return [];
      const query = db.select().from(booking).where(inArray(booking.id, ids)).orderBy(asc(booking.id));
      return withParts(await answered(query), rememberedFrom);
    },
    async oversold(eventId) {
      const { rows } = await answered(
        db.execute(sql`
          select place as "placeId", array_agg(b.id order by b.id) as "bookingIds"
          from booking b, jsonb_array_elements_text(b.seat_ids) as place
          where b.event_id = ${eventId} and b.state = 'CONFIRMED'
          group by place having count(*) > 1 order by place limit ${NAMED}`),
      );
      return (rows as unknown as Omit<OversoldPlace, "eventId">[]).map((row) => ({ eventId, ...row }));
    },
    async inbox({ from, to }) {
      const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
      const { rows } = await answered(
        db.execute(sql`
          select
            (select count(*) from inbox where received_at >= ${start} and received_at < ${end})::int as events,
            (select count(*) from booking_step
              where step <> 'booking.initiated' and at >= ${start} and at < ${end})::int as steps,
            (select coalesce(jsonb_agg(k), '[]') from (
              select user_id as "userId", booking_id as "bookingId" from idempotency_key k
              where not exists (select from booking b where b.id = k.booking_id)
              order by created_at limit ${NAMED}) k) as "keysWithoutBooking"`),
      );
      const [counted] = rows as unknown as Omit<InboxFacts, "from" | "to">[];
      return { from, to, ...counted! };
    },
  };
}

/** Joins bookings with their steps, tickets and unsent messages. */
async function addParts(db: Database, rows: Row[], rememberedFrom: number): Promise<BookingFacts[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const remembered = new Date(rememberedFrom).toISOString();
  const [parts, unsent] = await Promise.all([
    answered(
      db.batch([
        db.select().from(bookingStep).where(inArray(bookingStep.bookingId, ids)).orderBy(asc(bookingStep.id)),
        db.select().from(ticket).where(inArray(ticket.bookingId, ids)).orderBy(asc(ticket.id)),
        db
          .select({ bookingId: bookingStep.bookingId, steps: sql<number>`count(*)::int` })
          .from(bookingStep)
          .where(
            and(
              inArray(bookingStep.bookingId, ids),
              sql`${bookingStep.step} <> 'booking.initiated' and ${bookingStep.at} > ${remembered}
                and not exists (select from inbox i where i.received_at = ${bookingStep.at})`,
            ),
          )
          .groupBy(bookingStep.bookingId),
      ]),
    ),
    auditedOutbox(db).waiting(ids),
  ]);
  const [steps, tickets, alone] = parts;
  const stepsOf = Map.groupBy(steps, ({ bookingId }) => bookingId);
  const ticketsOf = Map.groupBy(tickets, ({ bookingId }) => bookingId);
  const aloneOf = new Map(alone.map((each) => [each.bookingId, each.steps]));
  return rows.map((row) => ({
    ...factsOf(row),
    steps: (stepsOf.get(row.id) ?? []).map(toStep),
    ticketPlaces: (ticketsOf.get(row.id) ?? []).map(({ placeId }) => placeId),
    unsent: unsent.get(row.id)?.unsent ?? 0,
    unsentSince: unsent.get(row.id)?.since ?? null,
    stepsWithoutEvent: aloneOf.get(row.id) ?? 0,
  }));
}

type Parts = "steps" | "ticketPlaces" | "unsent" | "unsentSince" | "stepsWithoutEvent";

function factsOf(row: Row): Omit<BookingFacts, Parts> {
  const { id, userId, eventId, state, requestedSeatIds, generalAdmission, seatIds } = row;
  const { totalAmount, currency, cancellation, seatsClear, moneyClear, deadlineAt } = row;
  return {
    ...{
      id,
      userId,
      eventId,
      state,
      requestedSeatIds,
      seatIds,
      totalAmount,
      currency,
      seatsClear,
      moneyClear,
    },
    requestedPlaces: generalAdmission.reduce((sum, { quantity }) => sum + quantity, 0),
    refundAmount: cancellation?.refundAmount ?? null,
    deadlineAt: deadlineAt?.getTime() ?? null,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
  };
}

const toStep = ({ at, step, state }: typeof bookingStep.$inferSelect): StepFacts => ({
  at: at.getTime(),
  step,
  state: state as StepFacts["state"],
});
