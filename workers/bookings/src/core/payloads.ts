import type { BookingEmit, Payload, TopicName } from "#shared/saga/declaration.ts";
import type { Booking, BookingLine } from "./booking.ts";

/** No authorisation starts in a lock's last minute: the reservation must still find it. */
const PAY_BEFORE_EXPIRY_MS = 60_000;

/** What a payload may need beyond the booking itself. */
export interface EmitContext {
  /** When the booking's lock ends, epoch ms; known in the transition that asks for the payment. */
  lockExpiresAt: number;
  /** What was booked, as it was priced. */
  lines: readonly BookingLine[];
}

const party = ({ id, userId, userEmail, userName, eventId, eventName }: Booking) => ({
  ...{ bookingId: id, userId, userEmail, userName, eventId, eventName },
});

/** One payload for each topic that a transition emits: a missing one does not compile. */
export const payloadOf: { [T in BookingEmit]: (booking: Booking, context: EmitContext) => Payload<T> } = {
  "payment.requested": (booking, { lockExpiresAt }) => ({
    bookingId: booking.id,
    userId: booking.userId,
    organiserId: booking.organiserId,
    amount: booking.totalAmount,
    currency: booking.currency,
    paymentMethodToken: booking.paymentMethodToken,
    payBy: new Date(lockExpiresAt - PAY_BEFORE_EXPIRY_MS).toISOString(),
  }),
  "seats.confirm": ({ id, eventId, seatIds }) => ({ bookingId: id, eventId, seatIds }),
  "seats.release": ({ id, eventId, seatIds, failureReason }) => ({
    ...{ bookingId: id, eventId, seatIds, reason: failureReason ?? "INTERNAL_ERROR" },
  }),
  "payment.capture": ({ id, paymentId, totalAmount, currency }) => ({
    ...{ bookingId: id, paymentId: known(paymentId), amount: totalAmount, currency },
  }),
  "booking.confirmed": (booking, { lines }) => ({
    ...party(booking),
    eventDate: booking.eventDate,
    eventTimeZone: booking.eventTimeZone,
    lines: lines.map(({ label, tier, quantity, price }) => ({ label, tier, quantity, price })),
    venueName: booking.venueName,
    seatIds: booking.seatIds,
    totalAmount: booking.totalAmount,
    currency: booking.currency,
    paymentId: known(booking.paymentId),
  }),
  "booking.failed": (booking) => ({
    ...party(booking),
    reason: booking.failureReason ?? "INTERNAL_ERROR",
    failureDetail: booking.failureDetail ?? "",
  }),
  "booking.cancelled": (booking) => ({
    ...party(booking),
    seatIds: booking.seatIds,
    refundAmount: booking.cancellation?.refundAmount ?? 0,
    currency: booking.currency,
    cancelledAt: new Date(booking.cancellation?.at ?? booking.updatedAt).toISOString(),
    reason: booking.cancellation?.because ?? "BUYER",
  }),
};

function known(paymentId: string | null): string {
  if (!paymentId) throw new Error("a payment that nobody has heard of");
  return paymentId;
}

/** The sides that an undo clears: it is not asked for again once they are clear. */
export const CLEARED_BY: Partial<Record<TopicName, readonly ("seatsClear" | "moneyClear")[]>> = {
  "seats.release": ["seatsClear"],
  "booking.failed": ["moneyClear"],
  "booking.cancelled": ["seatsClear", "moneyClear"],
};
