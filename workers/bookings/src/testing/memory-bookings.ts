import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { Booking } from "../core/booking.ts";
import type { BookedEvents } from "../repositories/booked-events.ts";
import type { Bookings, NewBooking } from "../repositories/bookings.ts";
import { memoryBookedEvents } from "./memory-booked-events.ts";
import { applyInMemory } from "./memory-steps.ts";
import { type BookingTables, emptyTables, keyOf } from "./memory-tables.ts";

/**
 * The repositories of bookings over one state in memory, which outlives who uses them. A call has its whole effect at
 * once, before it gives back its promise; what it takes and gives are copies. Equal calls in equal order leave equal
 * states.
 */
export interface MemoryBookings {
  bookings: Bookings;
  bookedEvents: BookedEvents;
  /** The state itself, as it is now: to look at. */
  tables: BookingTables;
}

export function memoryBookings(): MemoryBookings {
  const tables = emptyTables();
  return { bookings: bookingsOver(tables), bookedEvents: memoryBookedEvents(tables), tables };
}

function bookingsOver(tables: BookingTables): Bookings {
  const { bookings, lines, steps, tickets, inbox, idempotencyKeys, outbox } = tables;

  const isTaken = ({ idempotencyKey: key }: NewBooking) =>
    key !== null && idempotencyKeys.has(keyOf(key.userId, key.key));

  function create(added: NewBooking): OutboxRow {
    const { booking, lines: its, step, message, idempotencyKey: key } = structuredClone(added);
    const { id, createdAt } = booking;
    if (bookings.has(id)) throw new Error(`there is a booking ${id}`);
    bookings.set(id, { ...booking, eventDate: new Date(booking.eventDate).toISOString() });
    lines.set(id, its);
    steps.set(id, [step]);
    if (key) idempotencyKeys.set(keyOf(key.userId, key.key), { ...key, createdAt });
    return outbox.add([message], createdAt)[0]!;
  }

  return {
    sent: outbox.sent,
    claimUnsent: outbox.claimUnsent,
    setAside: outbox.setAside,

    create: async (added) => (isTaken(added) ? null : create(added)),

    async createAll(added) {
      const keys = added.flatMap(({ idempotencyKey: key }) => (key ? [keyOf(key.userId, key.key)] : []));
      if (added.some(isTaken) || new Set(keys).size < keys.length)
        throw new Error("an idempotency key is taken");
      return added.map(create);
    },

    async idempotencyKey(userId, key) {
      const found = idempotencyKeys.get(keyOf(userId, key));
      return found ? { userId, key, bodyHash: found.bodyHash, bookingId: found.bookingId } : null;
    },

    async read(signals) {
      const ids = [...new Set(signals.map(({ bookingId }) => bookingId))];
      return {
        bookings: picked(bookings, ids) as Map<string, Booking>,
        lines: picked(lines, ids),
        seen: new Set(signals.map(({ eventId }) => eventId).filter((eventId) => inbox.has(eventId))),
      };
    },

    apply: async (advances) => applyInMemory(tables, advances),

    async overdue(now, limit) {
      const deadlineOf = ({ deadlineAt }: Readonly<Booking>) => deadlineAt ?? Number.POSITIVE_INFINITY;
      const passed = [...bookings.values()].filter((booking) => deadlineOf(booking) < now);
      return copied(passed.sort((a, b) => deadlineOf(a) - deadlineOf(b)).slice(0, limit));
    },

    find: async (id) => copied([bookings.get(id) ?? null])[0]!,

    async page(userId, states, page, perPage) {
      const found = [...bookings.values()]
        .filter((booking) => booking.userId === userId && (states?.includes(booking.state) ?? true))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      const from = (page - 1) * perPage;
      return { bookings: copied(found.slice(from, from + perPage)), total: found.length };
    },

    lines: async (ids) => picked(lines, ids),

    async tickets(ids) {
      const found = picked(tickets, ids);
      for (const its of found.values()) its.sort((a, b) => (a.id < b.id ? -1 : 1));
      return found;
    },

    steps: async (id) => copied([...(steps.get(id) ?? [])]),

    async forget(before) {
      for (const [eventId, receivedAt] of inbox) if (receivedAt < before) inbox.delete(eventId);
      for (const [key, { createdAt }] of idempotencyKeys) if (createdAt < before) idempotencyKeys.delete(key);
    },

    async ping() {},
  };
}

/** Nobody shares what is stored. */
const copied = <T>(stored: readonly T[]): Mutable<T>[] => structuredClone(stored) as Mutable<T>[];

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: T[K] } : T;

/** Copies of the entries with these ids. */
function picked<V>(table: ReadonlyMap<string, V>, ids: readonly string[]) {
  const found = ids.flatMap((id) => (table.has(id) ? [[id, structuredClone(table.get(id)!)] as const] : []));
  return new Map(found) as Map<string, V extends readonly (infer E)[] ? E[] : V>;
}
