import { z } from "zod";
import { amountMinor, currency } from "../money/money.ts";

/** What each topic carries. No token of a session, password, card number or client secret is among it. */

const instant = z.iso.datetime();
const id = z.string().min(1).max(64);
const seatIds = z.array(z.string().min(1).max(200)).max(10);
const generalAdmission = z
  .array(z.object({ name: z.string().min(1).max(200), quantity: z.int().min(1).max(10) }))
  .max(10);
const outcome = z.enum(["SUCCESS", "FAILED"]);

/** Where an answer of a SeatMap stands in its history: a sequence number counts within an epoch. */
const position = { seq: z.int(), epoch: z.int() };

/** Who bought, and what for: carried by the events that end a booking, so that nobody has to ask. */
const party = { userId: id, userEmail: z.string(), userName: z.string(), eventId: id, eventName: z.string() };

/** Who ended a booking that was not failing. */
const CANCELLATION_REASONS = ["BUYER", "EVENT_CANCELLED"] as const;

export const FAILURE_REASONS = [
  "SEATS_UNAVAILABLE",
  "PAYMENT_FAILED",
  "LOCK_EXPIRED",
  "TIMEOUT",
  "EVENT_CANCELLED",
  "INTERNAL_ERROR",
] as const;

export const userRegistered = z.object({
  userId: id,
  name: z.string(),
  email: z.string(),
  registeredAt: instant,
});

export const eventCreated = z.object({
  eventId: id,
  organiserId: id,
  name: z.string(),
  venueId: id,
  startsAt: instant,
  totalSeats: z.int(),
  ticketTiers: z.array(z.object({ tier: z.string(), price: amountMinor, currency })),
  planVersion: z.int(),
});

export const eventUpdated = z.object({
  eventId: id,
  /** Counts the changes of the event; an older one that comes late changes nothing. */
  version: z.int(),
  changed: z.array(z.string()).max(50),
  name: z.string(),
  startsAt: instant,
  venueName: z.string(),
  planVersion: z.int(),
});
export const eventCancelled = z.object({
  eventId: id,
  organiserId: id,
  reason: z.string().max(500),
  cancelledAt: instant,
});

export const bookingInitiated = z.object({
  bookingId: id,
  userId: id,
  eventId: id,
  seatIds,
  generalAdmission,
  holdId: id.optional(),
  totalAmount: amountMinor,
  currency,
});

export const seatsLocked = z.object({ bookingId: id, eventId: id, seatIds, lockExpiresAt: instant });
export const seatsLockFailed = z.object({
  bookingId: id,
  eventId: id,
  requestedSeatIds: seatIds,
  unavailableSeatIds: seatIds,
  reason: z.string(),
});
export const seatsConfirm = z.object({ bookingId: id, eventId: id, seatIds });
export const seatsRelease = z.object({ bookingId: id, eventId: id, seatIds, reason: z.string() });
export const seatsConfirmed = z.object({ bookingId: id, eventId: id, seatIds, ...position });
export const seatsConfirmFailed = z.object({
  bookingId: id,
  eventId: id,
  reason: z.enum(["EXPIRED", "RELEASED", "UNKNOWN"]),
});
export const seatsReleased = z.object({
  bookingId: id,
  eventId: id,
  seatIds,
  cause: z.enum(["EXPIRED", "RELEASED", "NOTHING_HELD"]),
  ...position,
});

export const paymentRequested = z.object({
  bookingId: id,
  userId: id,
  organiserId: id,
  amount: amountMinor,
  currency,
  paymentMethodToken: z.string().max(200).nullable(),
  payBy: instant,
});
export const paymentActionRequired = z.object({
  bookingId: id,
  paymentId: id,
  kind: z.string(),
  expiresAt: instant,
});
export const paymentProcessed = z.object({
  bookingId: id,
  paymentId: id,
  status: outcome,
  amount: amountMinor,
  currency,
  providerTransactionId: z.string().nullable(),
  failureReason: z.string().nullable(),
});
export const paymentCapture = z.object({ bookingId: id, paymentId: id, amount: amountMinor, currency });
export const paymentCaptured = z.object({
  bookingId: id,
  paymentId: id,
  status: outcome,
  amount: amountMinor,
  currency,
  failureReason: z.string().nullable(),
});
/** A refund of money that was taken: the answer to an undo, or what somebody did at the provider. */
export const paymentRefunded = z.object({
  bookingId: id,
  paymentId: id,
  refundId: z.string().max(200).nullable(),
  status: outcome,
  amount: amountMinor,
  currency,
  /** UNDO: a booking that failed or was cancelled; PROVIDER: made at the provider, outside the platform. */
  initiator: z.enum(["UNDO", "PROVIDER"]),
  failureReason: z.string().nullable(),
});
export const paymentDisputed = z.object({
  bookingId: id,
  paymentId: id,
  disputeId: z.string().max(200),
  amount: amountMinor,
  currency,
});
export const paymentVoided = z.object({ bookingId: id, paymentId: id.optional(), reason: z.string() });

export const bookingConfirmed = z.object({
  bookingId: id,
  ...party,
  eventDate: instant,
  /** The venue's IANA zone, in which a buyer reads the date. */
  eventTimeZone: z.string().max(64).optional(),
  venueName: z.string(),
  seatIds,
  /** What was booked, in words, with the price of one place. */
  lines: z
    .array(z.object({ label: z.string(), tier: z.string(), quantity: z.int(), price: amountMinor }))
    .max(20)
    .optional(),
  totalAmount: amountMinor,
  currency,
  paymentId: id,
});
export const bookingFailed = z.object({
  bookingId: id,
  ...party,
  reason: z.enum(FAILURE_REASONS),
  failureDetail: z.string(),
});
export const bookingCancelled = z.object({
  bookingId: id,
  ...party,
  seatIds,
  refundAmount: amountMinor,
  currency,
  cancelledAt: instant,
  reason: z.enum(CANCELLATION_REASONS),
});
