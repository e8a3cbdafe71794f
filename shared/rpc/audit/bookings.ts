import type { BookingState } from "../../saga/declaration.ts";
import type { OutboxAudit } from "./outbox.ts";

/** A booking as bookings has it. Times are epoch ms, money is in minor units. */
export interface BookingFacts {
  id: string;
  userId: string;
  eventId: string;
  state: BookingState;
  requestedSeatIds: string[];
  /** Places of general-admission areas that were asked for. */
  requestedPlaces: number;
  seatIds: string[];
  totalAmount: number;
  currency: string;
  /** Null until it is cancelled. */
  refundAmount: number | null;
  seatsClear: boolean;
  moneyClear: boolean;
  deadlineAt: number | null;
  createdAt: number;
  updatedAt: number;
  /** What happened to it, in order. */
  steps: StepFacts[];
  ticketPlaces: string[];
  /** Messages of its own that were not sent yet, and since when the oldest waits. */
  unsent: number;
  unsentSince: number | null;
  /** Steps that followed from an event, while the inbox has no event of that moment. */
  stepsWithoutEvent: number;
}

export interface StepFacts {
  at: number;
  step: string;
  state: BookingState;
}

/** A place of an event with more than one confirmed booking. */
export interface OversoldPlace {
  eventId: string;
  placeId: string;
  bookingIds: string[];
}

/** What is counted over all bookings: consumed events and the steps that followed from them. */
export interface InboxFacts {
  /** Of the time from `from` to before `to`, epoch ms: older events are forgotten, newer ones are under way. */
  from: number;
  to: number;
  events: number;
  steps: number;
  /** Idempotency keys whose booking is not there, at most 100. */
  keysWithoutBooking: { userId: string; bookingId: string }[];
}

/** The most bookings that are given at once. */
export const MAX_BOOKINGS = 200;

/** What an auditor asks of bookings. Every answer is bounded. */
export interface BookingsAudit extends OutboxAudit {
  /** Bookings after an id, of one event or of all, in the order of their ids. */
  bookings(asked: { eventId: string | null; afterId: string; limit: number }): Promise<BookingFacts[]>;
  /** Those of these ids that are there. */
  bookingsById(ids: string[]): Promise<BookingFacts[]>;
  /** Places that were sold more than once, at most 100. */
  oversold(eventId: string): Promise<OversoldPlace[]>;
  /** @param settledBefore epoch ms: what is newer may be under way */
  inbox(settledBefore: number): Promise<InboxFacts>;
}
