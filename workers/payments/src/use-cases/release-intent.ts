import type { PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import { isAfterCapture, isAtRest } from "../core/machine.ts";
import type { PaymentsDeps } from "./deps.ts";
import { undo } from "./undo.ts";

/**
 * Gives up an intent that a booking which has ended needs no more. Its payment is undone where it is still moving or
 * holds the authorisation; an intent that is not the payment's, or one that the payment believes to be gone, is
 * cancelled at Stripe. Safe to repeat. Nothing that was taken is given back here.
 * @returns whether Stripe holds nothing by it any more
 * @throws Unavailable when Stripe or MongoDB does not answer
 */
export async function releaseIntent(
  deps: PaymentsDeps,
  { bookingId, userId, intentId }: Parameters<PaymentsAudit["release"]>[0],
): Promise<boolean> {
  const payment = await deps.payments.ofBooking(bookingId);
  // Without a payment of ours it may be another environment's.
  if (!payment) return false;
  // It may be the one that is being made for it.
  if (payment.intentId === null && !isAtRest(payment.state)) return false;
  const isIts = payment.intentId === intentId;
  if (isIts && (isAfterCapture(payment.state) || payment.state === "CAPTURING")) return false;
  if (isIts && (payment.state === "AUTHORISED" || !isAtRest(payment.state))) {
    await undo(deps, { bookingId, userId, reason: "the booking has ended" });
  } else {
    await deps.provider.cancel(intentId, `${bookingId}:audit:${intentId}`);
  }
  return (await deps.provider.retrieve(intentId)).status === "canceled";
}
