import type { Intent, Payment } from "../core/payment.ts";
import { isUntried } from "../core/settle.ts";
import type { PaymentsDeps } from "./deps.ts";

const OPERATIONS = ["create", "confirm", "capture", "cancel", "expire", "refund"] as const;
type Operation = (typeof OPERATIONS)[number];

/** The idempotency key of a payment's call: ours, the same for each repeat of it. */
export function keyOf(payment: Payment, operation: Operation): string {
  return `${payment.bookingId}:${operation}:${payment.keyNumber}`;
}

/** Whether {@link keyOf} makes such a key for a payment of this booking. */
export function isKeyOf(bookingId: string, key: string): boolean {
  return OPERATIONS.some((operation) => key.startsWith(`${bookingId}:${operation}:`));
}

/** What the caller knows of a payment's moment. */
interface Moment {
  /** The intent has just been made by the caller, so that nobody can have confirmed it. */
  isNewIntent: boolean;
  /** The time to authorise is over. */
  isTooLate: boolean;
}

/** Where there is nothing to pay there is nothing at Stripe, and any end of it is reached at once. */
const nothing = (status: "succeeded" | "canceled"): Intent => ({
  ...{ id: null, status, clientSecret: null, amountReceived: 0, failure: null },
});

/**
 * Asks Stripe for what a payment's state needs before its capture, and for the capture itself.
 * @returns the intent after it, or null when it needs nothing
 */
export async function askStripe(
  deps: PaymentsDeps,
  payment: Payment,
  moment: Moment,
): Promise<Intent | null> {
  const { provider } = deps;
  const { checkout } = payment;
  switch (payment.state) {
    case "AUTHORISING":
      return checkout ? provider.retrievePage(checkout.id) : authorise(deps, payment, moment);
    case "ACTION_REQUIRED":
      return checkout ? provider.retrievePage(checkout.id) : provider.retrieve(idOf(payment));
    case "CAPTURING":
      if (payment.amount === 0) return nothing("succeeded");
      return provider.capture(idOf(payment), payment.amount, keyOf(payment, "capture"));
    case "VOIDING":
      return release(deps, payment);
    default:
      return null;
  }
}

/**
 * Ends what a buyer could still pay. A page is closed first: its intent is nobody's to cancel while it is open, and one
 * that the buyer has paid meanwhile comes back as that.
 */
export async function giveUp(deps: PaymentsDeps, payment: Payment): Promise<Intent> {
  const { provider } = deps;
  if (payment.checkout) return provider.closePage(payment.checkout.id, keyOf(payment, "expire"));
  return provider.cancel(idOf(payment), keyOf(payment, "cancel"));
}

/** Lets go of everything that a payment holds, also of what was paid on its page in the last moment. */
async function release(deps: PaymentsDeps, payment: Payment): Promise<Intent> {
  if (payment.checkout === null && payment.intentId === null) return nothing("canceled");
  const left = await giveUp(deps, payment);
  if (payment.checkout === null || left.id === null || left.status !== "requires_capture") return left;
  return deps.provider.cancel(left.id, keyOf(payment, "cancel"));
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
    // Stripe may have taken its time to say so.
    const isTooLate = deps.clock() >= payment.payBy.getTime();
    if (isTooLate || !isUntried(intent)) return intent;
  }
  return provider.confirm(intentId, token, keyOf(payment, "confirm"));
}

export function idOf(payment: Payment): string {
  if (!payment.intentId) throw new Error(`payment ${payment._id} is in flight without its intent`);
  return payment.intentId;
}
