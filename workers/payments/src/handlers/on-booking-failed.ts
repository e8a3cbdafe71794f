import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { undo } from "../use-cases/undo.ts";

/** The booking failed: nothing may stay authorised. */
export function onBookingFailed(
  deps: PaymentsDeps,
  { payload }: Envelope<"booking.failed">,
): Promise<Outcome> {
  const { bookingId, userId, reason } = payload;
  return undo(deps, { bookingId, userId, reason }).then((outcome) => outcome ?? DONE);
}
