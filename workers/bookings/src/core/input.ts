import type { BookingInput, ConsumedBy, FailureReason } from "#shared/saga/declaration.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { Booking } from "./booking.ts";

/** What an event means to the booking machine, and what the booking learns from it. */
export interface Signal {
  bookingId: string;
  /** The inbox's key: an event has its effect once. */
  eventId: string;
  input: BookingInput;
  learns: Partial<Pick<Booking, "seatIds" | "paymentId">>;
  /** When the lock ends, where the event says so (epoch ms). */
  lockExpiresAt?: number;
  /** For the timeline and for a failure's detail. */
  detail: string | null;
  /** Why the booking fails, where the event says more than the declared rule. */
  because?: FailureReason;
}

/** The topics that speak of one booking; the others speak of an event and all of its bookings. */
export type BookingTopic = Exclude<ConsumedBy<"bookings">, `event.${string}`>;

type Told = Omit<Signal, "bookingId" | "eventId">;

/** One reading for each consumed topic: a missing one does not compile. */
const readings: { [T in BookingTopic]: (message: Envelope<T>) => Told } = {
  "seats.locked": ({ payload }) => ({
    input: "seats.locked",
    learns: { seatIds: payload.seatIds },
    lockExpiresAt: Date.parse(payload.lockExpiresAt),
    detail: `${payload.seatIds.join(", ")} until ${payload.lockExpiresAt}`,
  }),
  "seats.lock-failed": ({ payload }) => ({
    input: "seats.lock-failed",
    learns: {},
    detail: [payload.reason, payload.unavailableSeatIds.join(", ")].filter(Boolean).join(": "),
    // A map is closed when its event is cancelled, and then only.
    ...(payload.reason === "CLOSED" ? { because: "EVENT_CANCELLED" } : {}),
  }),
  "seats.confirmed": ({ payload }) => ({
    input: "seats.confirmed",
    learns: { seatIds: payload.seatIds },
    detail: payload.seatIds.join(", "),
  }),
  "seats.confirm-failed": ({ payload }) => ({
    input: "seats.confirm-failed",
    learns: {},
    detail: payload.reason,
  }),
  "seats.released": ({ payload }) => ({
    input: payload.cause === "EXPIRED" ? "seats.expired" : "seats.released",
    learns: {},
    detail: payload.cause,
  }),
  "payment.action-required": ({ payload }) => ({
    input: "payment.action-required",
    learns: { paymentId: payload.paymentId },
    detail: payload.kind,
  }),
  "payment.processed": ({ payload }) => ({
    input: payload.status === "SUCCESS" ? "payment.authorised" : "payment.declined",
    learns: { paymentId: payload.paymentId },
    detail: payload.failureReason ?? `${payload.amount} ${payload.currency} authorised`,
  }),
  "payment.captured": ({ payload }) => ({
    input: payload.status === "SUCCESS" ? "payment.captured" : "payment.capture-failed",
    learns: { paymentId: payload.paymentId },
    detail: payload.failureReason ?? `${payload.amount} ${payload.currency} captured`,
  }),
  "payment.voided": ({ payload }) => ({ input: "payment.voided", learns: {}, detail: payload.reason }),
  "payment.refunded": ({ payload }) => ({
    input: refundInput(payload),
    learns: {},
    detail: payload.failureReason ?? `${payload.amount} ${payload.currency} refunded`,
  }),
  "payment.disputed": ({ payload }) => ({
    input: "payment.disputed",
    learns: {},
    detail: `${payload.disputeId}: ${payload.amount} ${payload.currency}`,
  }),
};

function refundInput({ initiator, status }: Envelope<"payment.refunded">["payload"]): BookingInput {
  if (initiator === "PROVIDER") return "payment.refunded-by-provider";
  return status === "SUCCESS" ? "payment.refunded" : "payment.refund-failed";
}

/** Reads an event that speaks of one booking. */
export function signalOf(message: Envelope): Signal {
  const read = readings[message.type as BookingTopic] as (message: Envelope) => Told;
  const { bookingId } = message.payload as { bookingId: string };
  return { bookingId, eventId: message.id, ...read(message) };
}

/** The sweeper's own input: a booking has waited for long enough. */
export function deadlineOf(booking: Booking): Signal {
  return {
    bookingId: booking.id,
    eventId: `deadline:${booking.id}:${booking.deadlinesPassed}`,
    input: "deadline",
    learns: {},
    detail: `no answer in ${booking.state}`,
  };
}

/** The buyer's wish. A booking is cancelled once, so that its id is enough for the inbox. */
export function cancelOf({ id }: Booking): Signal {
  return { bookingId: id, eventId: `cancel:${id}`, input: "cancel", learns: {}, detail: null };
}

/** The booking's event takes place no more. */
export function eventCancelledOf({ id, eventId }: Booking, reason: string): Signal {
  return {
    ...{ bookingId: id, eventId: `event.cancelled:${eventId}:${id}`, input: "event.cancelled" },
    ...{ learns: {}, detail: reason },
  };
}
