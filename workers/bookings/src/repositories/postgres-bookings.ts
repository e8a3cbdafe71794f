import { and, asc, count, desc, eq, inArray, lt } from "drizzle-orm";
import {
  answered,
  type Database,
  pingPostgres,
  sqlState,
  UNIQUE_VIOLATION,
} from "#shared/postgres/database.ts";
import type { LateOutbox } from "#shared/postgres/late-outbox.ts";
import { outgoing, postgresOutbox } from "#shared/postgres/outbox.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import { applySteps } from "./apply-steps.ts";
import { bookingFrom, rowOf } from "./booking-row.ts";
import type { Bookings, NewBooking } from "./bookings.ts";
import { insertBookings, type NewRows } from "./insert-booking.ts";
import { readForSteps } from "./read-for-steps.ts";
import { booking, bookingLine, bookingStep, idempotencyKey, inbox, ticket } from "./schema.ts";

/**
 * {@link Bookings} in the service's own Postgres database.
 * @param late of an object that lives on: what it has sent is forgotten with what it writes next; absent, at once
 */
export function postgresBookings(db: Database, late?: LateOutbox): Bookings {
  const along = <T>(write: (sent: number[]) => Promise<T>) => (late ? late.along(write) : write([]));

  async function createAll(added: NewBooking[]): Promise<OutboxRow[]> {
    const rows = newRowsOf(added);
    const inserted = await along((sent) => answered(db.execute(insertBookings(rows, sent))));
    const ids = new Map((inserted.rows as { id: string; key: string }[]).map(({ id, key }) => [key, id]));
    return added.map(({ message }) => ({ ...message, id: Number(ids.get(message.key)) }));
  }

  return {
    ...postgresOutbox(db),
    ...(late && { sent: async (rows: OutboxRow[]) => late.add(rows) }),
    createAll,

    async create(added) {
      try {
        return (await createAll([added]))[0]!;
      } catch (error) {
        if (added.idempotencyKey && sqlState(error) === UNIQUE_VIOLATION) return null;
        throw error;
      }
    },

    async idempotencyKey(userId, key) {
      const { createdAt: _createdAt, ...wanted } = columnsOf(idempotencyKey);
      const query = db.select(wanted).from(idempotencyKey);
      const [found] = await answered(
        query.where(and(eq(idempotencyKey.userId, userId), eq(idempotencyKey.key, key))),
      );
      return found ?? null;
    },

    read: (signals) => readForSteps(db, signals),

    async apply(steps) {
      if (steps.length === 0) return new Map();
      const { rows } = await along((sent) => answered(db.execute(applySteps(steps, sent))));
      const applied = new Map<string, OutboxRow[]>();
      for (const { event_id, id, topic, partition, key, value } of rows as unknown as AppliedRow[]) {
        const messages = applied.get(event_id) ?? [];
        applied.set(event_id, messages);
        if (id !== null) messages.push({ id: Number(id), topic, partition, key, value });
      }
      return applied;
    },

    async overdue(now, limit) {
      const query = db
        .select()
        .from(booking)
        .where(lt(booking.deadlineAt, new Date(now)));
      return (await answered(query.orderBy(asc(booking.deadlineAt)).limit(limit))).map(bookingFrom);
    },

    async find(id) {
      const [row] = await answered(db.select().from(booking).where(eq(booking.id, id)));
      return row ? bookingFrom(row) : null;
    },

    async page(userId, states, page, perPage) {
      const isTheirs = eq(booking.userId, userId);
      const filter = states ? and(isTheirs, inArray(booking.state, states)) : isTheirs;
      const rows = db.select().from(booking).where(filter).orderBy(desc(booking.createdAt), desc(booking.id));
      const [found, [counted]] = await answered(
        db.batch([
          rows.limit(perPage).offset((page - 1) * perPage),
          db.select({ total: count() }).from(booking).where(filter),
        ]),
      );
      return { bookings: found.map(bookingFrom), total: counted?.total ?? 0 };
    },

    async lines(bookingIds) {
      if (bookingIds.length === 0) return new Map();
      const query = db.select().from(bookingLine).where(inArray(bookingLine.bookingId, bookingIds));
      return grouped(await answered(query.orderBy(asc(bookingLine.line))));
    },

    async tickets(bookingIds) {
      if (bookingIds.length === 0) return new Map();
      const query = db.select().from(ticket).where(inArray(ticket.bookingId, bookingIds));
      return grouped(await answered(query.orderBy(asc(ticket.id))));
    },

    async steps(bookingId) {
      const query = db.select().from(bookingStep).where(eq(bookingStep.bookingId, bookingId));
      const rows = await answered(query.orderBy(asc(bookingStep.id)));
      return rows.map(({ at, step, state, detail }) => ({ at: at.getTime(), step, state, detail }));
    },

    async forget(before) {
      await answered(
        db.batch([
          db.delete(inbox).where(lt(inbox.receivedAt, new Date(before))),
          db.delete(idempotencyKey).where(lt(idempotencyKey.createdAt, new Date(before))),
        ]),
      );
    },

    ping: () => pingPostgres(db),
  };
}

interface AppliedRow {
  event_id: string;
  id: string | number | null;
  topic: string;
  partition: number;
  key: string;
  value: string;
}

function newRowsOf(added: NewBooking[]): NewRows {
  return {
    bookings: added.map(({ booking }) => rowOf(booking)),
    lines: added.flatMap(({ booking, lines }) =>
      lines.map((line, n) => ({ ...line, line: n + 1, bookingId: booking.id })),
    ),
    steps: added.map(({ booking, step }) => ({ ...step, at: new Date(step.at), bookingId: booking.id })),
    keys: added.flatMap(({ booking, idempotencyKey: key }) =>
      key ? [{ ...key, createdAt: new Date(booking.createdAt) }] : [],
    ),
    messages: added.map(({ booking, message }) => outgoing(message, booking.createdAt)),
  };
}

function columnsOf(table: typeof idempotencyKey) {
  const { userId, key, bodyHash, bookingId, createdAt } = table;
  return { userId, key, bodyHash, bookingId, createdAt };
}

function grouped<R extends { bookingId: string }>(rows: R[]): Map<string, R[]> {
  return Map.groupBy(rows, (row) => row.bookingId);
}
