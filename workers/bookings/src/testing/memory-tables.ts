import type { Booking, BookingLine, BookingStep } from "../core/booking.ts";
import type { EventCancellation } from "../repositories/booked-events.ts";
import type { IdempotencyKey } from "../repositories/bookings.ts";
import { type MemoryOutbox, memoryOutbox } from "./memory-outbox.ts";

interface Ticket {
  id: string;
  placeId: string;
}

export type CancellationRow = Readonly<EventCancellation & { doneAt: number | null; lookAt: number | null }>;

/**
 * What the database of bookings holds, in memory. Its maps keep the order in which things were written. Rows are
 * replaced, never changed: who kept one has it as it was.
 */
export interface BookingTables {
  /** By the booking's id, as the four after it. */
  readonly bookings: Map<string, Readonly<Booking>>;
  readonly lines: Map<string, readonly BookingLine[]>;
  readonly steps: Map<string, readonly BookingStep[]>;
  readonly tickets: Map<string, readonly Ticket[]>;
  /** Consumed events: when they were, epoch ms. */
  readonly inbox: Map<string, number>;
  /** By user and key (see {@link keyOf}). */
  readonly idempotencyKeys: Map<string, Readonly<IdempotencyKey & { createdAt: number }>>;
  readonly outbox: MemoryOutbox;
  /** By the event's id. */
  readonly cancellations: Map<string, CancellationRow>;
}

export function emptyTables(): BookingTables {
  return {
    bookings: new Map(),
    lines: new Map(),
    steps: new Map(),
    tickets: new Map(),
    inbox: new Map(),
    idempotencyKeys: new Map(),
    outbox: memoryOutbox(),
    cancellations: new Map(),
  };
}

export function keyOf(userId: string, key: string): string {
  return JSON.stringify([userId, key]);
}
