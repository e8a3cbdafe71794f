import type { Intent, Payment } from "../core/payment.ts";
import { isUntried } from "../core/settle.ts";
import type { PaymentsDeps } from "./deps.ts";

/** The idempotency key of a payment's call: ours, the same for each repeat of it. */
export function keyOf(payment: Payment, operation: "create" | "confirm" | "capture" | "cancel"): string {
  return `${payment.bookingId}:${operation}:${payment.keyNumber}`;
}

/** What the caller knows of a payment's moment. */
interface Moment {
  /** The intent has just been made by the caller, so that nobody can have confirmed it. */
  isNewIntent: boolean;
  /** The time to authorise is over. */
  isTooLate: boolean;
}

/** Asks Stripe for what a payment's state needs. @returns the intent after it, or null when it needs nothing */
export async function askStripe(
  deps: PaymentsDeps,
  payment: Payment,
  moment: Moment,
): Promise<Intent | null> {
  const { provider } = deps;
  switch (payment.state) {
    case "AUTHORISING":
      return authorise(deps, payment, moment);
    case "ACTION_REQUIRED":
      return provider.retrieve(idOf(payment));
    case "CAPTURING":
      return provider.capture(idOf(payment), payment.amount, keyOf(payment, "capture"));
    case "VOIDING":
      return provider.cancel(idOf(payment), keyOf(payment, "cancel"));
    default:
      return null;
  }
}

/**
 * Confirms with the buyer's card, while there is time. What became of an earlier try is not known, so that
 * Stripe is asked for it first: a card is tried once.
 */
async function authorise(deps: PaymentsDeps, payment: Payment, moment: Moment): Promise<Intent> {
  const { provider } = deps;
  const { paymentMethodToken: token } = payment;
  const intentId = idOf(payment);
  const mayConfirm = token !== null && !moment.isTooLate;
  if (!mayConfirm) return provider.retrieve(intentId);
  if (!moment.isNewIntent) {
    const intent = await provider.retrieve(intentId);
    if (!isUntried(intent)) return intent;
  }
  return provider.confirm(intentId, token, keyOf(payment, "confirm"));
}

function idOf(payment: Payment): string {
  if (!payment.intentId) throw new Error(`payment ${payment._id} is in flight without its intent`);
  return payment.intentId;
}
