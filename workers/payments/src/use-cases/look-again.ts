import { isLeftUndecided, nextLook } from "../core/next-look.ts";
import type { Payment } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";

/**
 * When a payment is looked at again that Stripe was just asked about, and has not decided. An outage never ends this:
 * it is for answers.
 * @returns null when it has been left undecided for too long: from then on a webhook or a person moves it
 */
export function lookAgain(
  { clock, logger }: Pick<PaymentsDeps, "clock" | "logger">,
  payment: Payment,
): Date | null {
  const now = clock();
  if (!isLeftUndecided(payment, now)) return nextLook(payment, now);
  const { _id: paymentId, bookingId, state, checkAt } = payment;
  if (checkAt !== null) {
    logger.error("Stripe does not decide a payment: a person is needed", { bookingId, paymentId, state });
  }
  return null;
}
