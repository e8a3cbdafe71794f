import type { Identity } from "#shared/auth/roles.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { type Booking, type Cancellation, isTooLateToCancel } from "../core/booking.ts";
import { cancelOf } from "../core/input.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";
import { ownBooking } from "./read-bookings.ts";

export type CancelledBooking = Booking & { cancellation: Cancellation };

/**
 * Cancels a booking of the caller's: what is locked or reserved is freed, what is authorised is voided, what is
 * paid is refunded, all by the one event that follows. Cancelled again, it gives the first answer.
 * @throws Problem BOOKING_NOT_FOUND, BOOKING_NOT_CANCELLABLE, CANCELLATION_WINDOW_EXPIRED
 */
export async function cancelBooking(
  deps: BookingsDeps,
  caller: Identity,
  id: string,
): Promise<CancelledBooking> {
  const booking = await ownBooking(deps, caller, id);
  // Others may see it, but only its buyer gives it back.
  if (booking.userId !== caller.userId) throw new Problem("BOOKING_NOT_FOUND");
  if (isCancelled(booking)) return booking;
  checkCancellable(booking, deps.clock());
  await applySignals(deps, [cancelOf(booking)]);
  const after = await ownBooking(deps, caller, id);
  if (isCancelled(after)) return after;
  // It moved on meanwhile: to where there is no way back, or it still moves.
  checkCancellable(after, deps.clock());
  throw new Unavailable("bookings", "the booking is being moved by others");
}

function isCancelled(booking: Booking): booking is CancelledBooking {
  return booking.cancellation !== null;
}

function checkCancellable(booking: Booking, now: number): void {
  if (isTooLateToCancel(booking, now)) throw new Problem("CANCELLATION_WINDOW_EXPIRED");
  switch (booking.state) {
    case "INITIATED":
    case "PAYING":
    case "CONFIRMED":
      return;
    case "RESERVING":
    case "CAPTURING":
      throw new Problem("BOOKING_NOT_CANCELLABLE", "The payment is being completed; try again once it is");
    case "FAILED":
    case "CANCELLED":
      throw new Problem("BOOKING_NOT_CANCELLABLE");
  }
}
