import type { Outbox, OutboxRow } from "#shared/postgres/relay.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Advance } from "../core/advance.ts";
import type { Booking, BookingLine, BookingStep } from "../core/booking.ts";
import type { Signal } from "../core/input.ts";

export interface IdempotencyKey {
  userId: string;
  key: string;
  bodyHash: string;
  bookingId: string;
}

export interface NewBooking {
  booking: Booking;
  lines: BookingLine[];
  step: BookingStep;
  message: OutgoingMessage;
  idempotencyKey: IdempotencyKey | null;
}

/** What a step is decided on: bookings and their lines by the booking's id, and the events of the inbox. */
export interface BookingsRead {
  bookings: Map<string, Booking>;
  lines: Map<string, BookingLine[]>;
  seen: Set<string>;
  /** Bookings that were not read now: they may have changed, so that they are only good for a guarded step. */
  remembered?: ReadonlySet<string>;
}

export interface BookingPage {
  bookings: Booking[];
  total: number;
}

/**
 * Bookings with their lines, steps, tickets, inbox and outbox.
 * Invariant: a state, the step that led to it and the messages that follow from it are written together
 * or not at all. Every method throws Unavailable when Postgres does not answer.
 */
export interface Bookings extends Outbox {
  /** @returns the outbox row, claimed; or null when the idempotency key is taken */
  create(added: NewBooking): Promise<OutboxRow | null>;
  /** Several at once, all or none: throws where the idempotency key of one is taken. @returns their rows, in their order */
  createAll(added: NewBooking[]): Promise<OutboxRow[]>;
  idempotencyKey(userId: string, key: string): Promise<IdempotencyKey | null>;
  /** The bookings of these signals with their lines, and which of the events have been consumed already. */
  read(signals: Signal[]): Promise<BookingsRead>;
  /**
   * Applies steps of different bookings: each only if its event is new and its booking is still as it was
   * read. A batch that is refused is refused as a whole.
   * @returns the outbox rows of each step that was applied, claimed, by event id
   */
  apply(steps: Advance[]): Promise<Map<string, OutboxRow[]>>;
  /** Bookings whose deadline has passed, the longest overdue first. */
  overdue(now: number, limit: number): Promise<Booking[]>;
  find(id: string): Promise<Booking | null>;
  page(userId: string, states: BookingState[] | null, page: number, perPage: number): Promise<BookingPage>;
  lines(bookingIds: string[]): Promise<Map<string, BookingLine[]>>;
  tickets(bookingIds: string[]): Promise<Map<string, { id: string; placeId: string }[]>>;
  steps(bookingId: string): Promise<BookingStep[]>;
  /** Forgets consumed events and idempotency keys from before `instant`. */
  forget(before: number): Promise<void>;
  ping(): Promise<void>;
}
