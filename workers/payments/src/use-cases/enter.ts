import { toMessage } from "#shared/saga/envelope.ts";
import { ANSWER_OF } from "../core/answers.ts";
import { nextLook } from "../core/next-look.ts";
import type { Payment, PaymentState } from "../core/payment.ts";
import type { PaymentChange } from "../repositories/payments.ts";
import type { PaymentsDeps } from "./deps.ts";

/** States in which nothing more happens by itself. */
const AT_REST = new Set<PaymentState>(["AUTHORISED", "CAPTURED", "CAPTURE_FAILED", "VOIDED", "FAILED"]);

/** A payment as it looks on entering a state. */
export function entering(
  payment: Payment,
  state: PaymentState,
  change: PaymentChange,
  now: number,
): PaymentChange {
  const isAtRest = AT_REST.has(state);
  return {
    ...change,
    state,
    updatedAt: new Date(now),
    checkAt: isAtRest ? null : nextLook(payment.payBy, now),
    ...(isAtRest ? { paymentMethodToken: null } : {}),
  };
}

/**
 * Moves a payment into a state, with what the state says to others, in one write; then sends it.
 * @returns the payment afterwards, or null when somebody else was faster
 */
export async function enter(
  deps: PaymentsDeps,
  payment: Payment,
  state: PaymentState,
  change: PaymentChange = {},
): Promise<Payment | null> {
  const now = deps.clock();
  const changed = entering(payment, state, change, now);
  const answer = ANSWER_OF[state]?.({ ...payment, ...changed } as Payment, now);
  const written = await deps.payments.write(payment, changed, answer ? [toMessage(answer)] : []);
  if (!written) return null;
  deps.logger.info("payment step", { bookingId: payment.bookingId, paymentId: payment._id, state });
  if (!answer) return written;
  await deps.payments.relay(written, deps.send);
  // Sent: the next step shall not send it again.
  return { ...written, outbox: [], unsent: false };
}
