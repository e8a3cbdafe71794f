import type { Intent, Payment, PaymentState } from "./payment.ts";

/** What Stripe's word on an intent means for a payment. */
export type Verdict =
  | { kind: "enter"; state: PaymentState; failureReason?: string }
  /** Nothing new: what is in flight stays in flight. */
  | { kind: "same" }
  /** It can still be paid later, so it is cancelled at Stripe before it counts as failed. */
  | { kind: "cancel"; failureReason: string };

const SAME: Verdict = { kind: "same" };

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
      if (intent.status === "succeeded") return { kind: "enter", state: "CAPTURED" };
      if (intent.status === "canceled") return { kind: "enter", state: "CAPTURE_FAILED" };
      return SAME;
    case "VOIDING":
      return intent.status === "canceled" ? { kind: "enter", state: "VOIDED" } : SAME;
    default:
      return SAME;
  }
}

function settleAuthorisation(payment: Payment, intent: Intent, isTooLate: boolean): Verdict {
  switch (intent.status) {
    case "requires_capture":
      return { kind: "enter", state: "AUTHORISED" };
    case "canceled":
      return { kind: "enter", state: "FAILED", failureReason: intent.failure ?? payment.failureReason ?? "canceled" };
    case "requires_payment_method":
      if (intent.failure !== null) return { kind: "cancel", failureReason: intent.failure };
      break;
    case "requires_action":
      if (!isTooLate && payment.state === "AUTHORISING") return { kind: "enter", state: "ACTION_REQUIRED" };
      break;
  }
  return isTooLate ? { kind: "cancel", failureReason: "not paid in time" } : SAME;
}
