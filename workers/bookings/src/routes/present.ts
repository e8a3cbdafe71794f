import { STATUS_OF } from "#shared/saga/declaration.ts";
import type { FullBooking } from "../use-cases/read-bookings.ts";

/** A booking as its owner sees it; the saga's finer states are in the timeline. */
export function presentBooking({ booking, lines, tickets }: FullBooking) {
  const { id, userId, organiserId, eventId, eventName, eventDate, venueName } = booking;
  const { failureReason, failureDetail, seatIds, totalAmount, currency, paymentId } = booking;
  return {
    ...{ id, userId, organiserId, eventId, eventName, eventDate, venueName },
    status: STATUS_OF[booking.state],
    ...{ failureReason, failureDetail, seatIds, totalAmount, currency, paymentId },
    lines: lines.map(({ seatId, label, tier, quantity, price, fee, tax, discount }) => ({
      ...{ seatId, label, tier, quantity, price, fee, tax, discount },
    })),
    // A booking that was given back lets nobody in.
    tickets: (booking.state === "CONFIRMED" ? tickets : []).map(({ id, placeId }) => ({ id, placeId })),
    refundAmount: booking.cancellation?.refundAmount ?? null,
    cancelledAt: booking.cancellation ? new Date(booking.cancellation.at).toISOString() : null,
    createdAt: new Date(booking.createdAt).toISOString(),
    updatedAt: new Date(booking.updatedAt).toISOString(),
  };
}
