import type { BookingInput } from "#shared/saga/declaration.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { HandlerTable } from "#shared/saga/handlers.ts";
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
}

type Told = Omit<Signal, "bookingId" | "eventId">;

/** One reading for each consumed topic: a missing one does not compile. */
const readings: HandlerTable<"bookings", Told> = {
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
};

/** Reads an event of any consumed topic. */
export function signalOf(message: Envelope): Signal {
  const read = readings[message.type as keyof typeof readings] as (message: Envelope) => Told;
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
