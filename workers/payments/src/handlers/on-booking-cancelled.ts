import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { undo } from "../use-cases/undo.ts";

/** The booking was given back: what is authorised is voided, what was taken is refunded. */
export function onBookingCancelled(
  deps: PaymentsDeps,
  { payload }: Envelope<"booking.cancelled">,
): Promise<Outcome> {
  const { bookingId, userId, reason } = payload;
  return undo(deps, { bookingId, userId, reason }).then((outcome) => outcome ?? DONE);
}
