import { type IntentInput, nextState, PAYMENT_MACHINE, type PaymentState } from "./machine.ts";
import type { Intent, Payment } from "./payment.ts";

/** What Stripe's word on an intent means for a payment. */
export type Verdict =
  | { kind: "enter"; state: PaymentState; failureReason?: string }
  /** Nothing new: what is in flight stays in flight. */
  | { kind: "same" }
  /** It can still be paid later, so it is given up at Stripe before it counts as failed. */
  | { kind: "cancel"; failureReason: string };

/** Why a payment failed whose time to authorise ran out. */
export const TOO_LATE = "not paid in time";

/**
 * Reads an intent against a payment's state. States move by rank: a late or repeated word changes nothing.
 * @param isTooLate whether the payment's time to authorise is over
 */
export function settle(payment: Payment, intent: Intent, isTooLate: boolean): Verdict {
  const { state } = payment;
  const input = inputOf(state, intent, isTooLate);
  if (input === null || PAYMENT_MACHINE[state][input]?.kind !== "move") return { kind: "same" };
  const isAuthorising = state === "AUTHORISING" || state === "ACTION_REQUIRED";
  const failureReason = intent.failure ?? (isTooLate ? TOO_LATE : input);
  if (input === "declined" || input === "payBy") return { kind: "cancel", failureReason };
  const verdict: Verdict = { kind: "enter", state: nextState(state, input) };
  return input === "canceled" && isAuthorising ? { ...verdict, failureReason } : verdict;
}

/** How an intent reads in a state; null where it says nothing yet. */
function inputOf(state: PaymentState, { status, failure }: Intent, isTooLate: boolean): IntentInput | null {
  // Authorised is authorised, also after the time was up: it was begun before.
  if (status === "requires_capture" || status === "succeeded" || status === "canceled") return status;
  if (state !== "AUTHORISING" && state !== "ACTION_REQUIRED") return null;
  if (isTooLate) return "payBy";
  if (status === "requires_action") return status;
  return status === "requires_payment_method" && failure !== null ? "declined" : null;
}

/** Whether an intent has yet to be confirmed: only then may it be, whatever an earlier call came to. */
export function isUntried(intent: Intent): boolean {
  return (
    intent.failure === null &&
    (intent.status === "requires_payment_method" || intent.status === "requires_confirmation")
  );
}
