import type { Intent, Payment, PaymentState } from "./payment.ts";

/** What Stripe's word on an intent means for a payment. */
export type Verdict =
  | { kind: "enter"; state: PaymentState; failureReason?: string }
  /** Nothing new: what is in flight stays in flight. */
  | { kind: "same" }
  /** It can still be paid later, so it is cancelled at Stripe before it counts as failed. */
  | { kind: "cancel"; failureReason: string };

/** Why a payment failed whose time to authorise ran out. */
export const TOO_LATE = "not paid in time";

const SAME: Verdict = { kind: "same" };
const enter = (state: PaymentState): Verdict => ({ kind: "enter", state });

/**
 * Reads an intent against a payment's state. States move by rank: a late or repeated word changes nothing.
 * @param isTooLate whether the payment's time to authorise is over
 */
export function settle(payment: Payment, intent: Intent, isTooLate: boolean): Verdict {
  switch (payment.state) {
    case "AUTHORISING":
    case "ACTION_REQUIRED":
      return settleAuthorisation(payment, intent, isTooLate);
    case "CAPTURING":
      if (intent.status === "succeeded") return enter("CAPTURED");
      return intent.status === "canceled" ? enter("CAPTURE_FAILED") : SAME;
    case "VOIDING":
      return intent.status === "canceled" ? enter("VOIDED") : SAME;
    default:
      return SAME;
  }
}

/** Whether an intent has yet to be confirmed: only then may it be, whatever an earlier call came to. */
export function isUntried(intent: Intent): boolean {
  return (
    intent.failure === null &&
    (intent.status === "requires_payment_method" || intent.status === "requires_confirmation")
  );
}

function settleAuthorisation(payment: Payment, intent: Intent, isTooLate: boolean): Verdict {
  const { status, failure } = intent;
  // Authorised is authorised, also after the time was up: it was begun before.
  if (status === "requires_capture" || status === "succeeded") return enter("AUTHORISED");
  if (status === "canceled") {
    const failureReason = failure ?? (isTooLate ? TOO_LATE : "canceled");
    return { kind: "enter", state: "FAILED", failureReason };
  }
  if (isTooLate) return { kind: "cancel", failureReason: failure ?? TOO_LATE };
  const isOnBuyersPage = payment.paymentMethodToken === null;
  if (status === "requires_payment_method" && failure !== null && !isOnBuyersPage) {
    return { kind: "cancel", failureReason: failure };
  }
  // On their own page buyers choose a card, and another one after a decline, for as long as there is time.
  const mustBuyerAct = status === "requires_action" || (isOnBuyersPage && status !== "processing");
  return mustBuyerAct && payment.state === "AUTHORISING" ? enter("ACTION_REQUIRED") : SAME;
}
