import type { ProducedBy } from "#shared/saga/declaration.ts";

/** A payment's states. Its rank only rises: no answer or webhook takes it back. */
export type PaymentState =
  | "CREATED"
  | "AUTHORISING"
  | "ACTION_REQUIRED"
  | "AUTHORISED"
  | "CAPTURING"
  | "CAPTURED"
  | "CAPTURE_FAILED"
  | "VOIDING"
  | "VOIDED"
  | "FAILED"
  | "PARTIALLY_REFUNDED"
  | "REFUNDING"
  | "REFUNDED"
  | "REFUND_FAILED";

/** How Stripe's word on an intent, or on its page, reads while it is asked for. */
export type IntentInput =
  | "requires_capture"
  | "requires_action"
  | "succeeded"
  | "canceled"
  | "declined"
  /** The time to authorise is over, and nothing is authorised. */
  | "payBy";

/** How Stripe's list of a payment's refunds reads. */
export type RefundInput = "refunds.some" | "refunds.all" | "refund.failed";

/** What can happen to a payment: what others ask of it, what Stripe says of it, and its time limit. */
export type PaymentInput =
  | "payment.requested"
  | "payment.capture"
  /** booking.failed or booking.cancelled. */
  | "undo"
  | "nothing-to-pay"
  /** Stripe has an intent or a page for it. */
  | "intent.made"
  | "intent.refused"
  | IntentInput
  | RefundInput
  | "dispute";

export type PaymentRule =
  | { kind: "move"; to: PaymentState; emits: readonly ProducedBy<"payments">[] }
  /** It follows something that has not arrived: wait for that. */
  | { kind: "early" }
  /** It was asked before: the answer is said again, with the id that it had. */
  | { kind: "repeat"; emits: readonly ProducedBy<"payments">[] };

const EARLY: PaymentRule = { kind: "early" };
const move = (to: PaymentState, ...emits: ProducedBy<"payments">[]): PaymentRule => ({
  ...{ kind: "move", to, emits },
});
const repeat = (...emits: ProducedBy<"payments">[]): PaymentRule => ({ kind: "repeat", emits });

const AUTHORISED = move("AUTHORISED", "payment.processed");
/** After a decline or at payBy: once Stripe can take no payment for it any more. */
const FAILED = move("FAILED", "payment.processed");
const CAPTURED_BEFORE = repeat("payment.captured");
const DISPUTE = (state: PaymentState) => move(state, "payment.disputed");
/** Refunds that nobody here asked for are told one by one, with the initiator PROVIDER. */
const GIVEN_BACK = move("REFUNDED", "payment.refunded");
const PARTLY = move("PARTIALLY_REFUNDED", "payment.refunded");
const NOT_GIVEN_BACK = move("REFUND_FAILED", "payment.refunded");

/**
 * The payment machine: in each state, what each input does; what is not in a row changes nothing and says nothing.
 * `NONE` is a booking whose payment nobody has heard of. Capture is the pivot: before it an undo voids, after it an
 * undo refunds. The handlers, the reading of Stripe and the docs' table all follow it.
 */
// biome-ignore format: a state's row reads as a table
export const PAYMENT_MACHINE: Record<PaymentState | "NONE", Partial<Record<PaymentInput, PaymentRule>>> = {
  NONE: {
    "payment.requested": move("CREATED"),
    "payment.capture":   EARLY,
    "undo":              move("VOIDED", "payment.voided"),
  },
  CREATED: {
    "nothing-to-pay":    AUTHORISED,
    "intent.made":       move("AUTHORISING"),
    "intent.refused":    FAILED,
    "payBy":             FAILED,
    "payment.capture":   EARLY,
    "undo":              move("VOIDED", "payment.voided"),
  },
  AUTHORISING: {
    "requires_capture":  AUTHORISED,
    "succeeded":         AUTHORISED,
    "requires_action":   move("ACTION_REQUIRED", "payment.action-required"),
    "declined":          FAILED,
    "canceled":          FAILED,
    "payBy":             FAILED,
    "payment.capture":   EARLY,
    "undo":              move("VOIDING"),
  },
  ACTION_REQUIRED: {
    "requires_capture":  AUTHORISED,
    "succeeded":         AUTHORISED,
    "declined":          FAILED,
    "canceled":          FAILED,
    "payBy":             FAILED,
    "payment.requested": repeat("payment.action-required"),
    "payment.capture":   EARLY,
    "undo":              move("VOIDING"),
  },
  AUTHORISED: {
    "payment.requested": repeat("payment.processed"),
    "payment.capture":   move("CAPTURING"),
    "undo":              move("VOIDING"),
  },
  CAPTURING: {
    "succeeded":         move("CAPTURED", "payment.captured"),
    "canceled":          move("CAPTURE_FAILED", "payment.captured"),
    "undo":              EARLY,
  },
  CAPTURED: {
    "payment.requested": CAPTURED_BEFORE,
    "payment.capture":   CAPTURED_BEFORE,
    "undo":              move("REFUNDING"),
    "refunds.some":      PARTLY,
    "refunds.all":       GIVEN_BACK,
    "refund.failed":     NOT_GIVEN_BACK,
    "dispute":           DISPUTE("CAPTURED"),
  },
  CAPTURE_FAILED: {
    "payment.requested": repeat("payment.captured"),
    "payment.capture":   repeat("payment.captured"),
    "undo":              repeat("payment.voided"),
  },
  VOIDING: {
    "canceled":          move("VOIDED", "payment.voided"),
    "succeeded":         move("REFUNDING"),
    "payment.capture":   EARLY,
  },
  VOIDED: {
    "payment.requested": repeat("payment.voided"),
    "payment.capture":   repeat("payment.captured"),
    "undo":              repeat("payment.voided"),
  },
  FAILED: {
    "payment.requested": repeat("payment.processed"),
    "payment.capture":   repeat("payment.captured"),
    "undo":              repeat("payment.voided"),
  },
  PARTIALLY_REFUNDED: {
    "payment.capture":   CAPTURED_BEFORE,
    "undo":              move("REFUNDING"),
    "refunds.all":       GIVEN_BACK,
    "refund.failed":     NOT_GIVEN_BACK,
    "dispute":           DISPUTE("PARTIALLY_REFUNDED"),
  },
  REFUNDING: {
    "payment.capture":   CAPTURED_BEFORE,
    "refunds.all":       GIVEN_BACK,
    "refund.failed":     NOT_GIVEN_BACK,
    "dispute":           DISPUTE("REFUNDING"),
  },
  REFUNDED: {
    "payment.capture":   CAPTURED_BEFORE,
    // An undo of what somebody else had given back is answered likewise.
    "undo":              move("REFUNDED", "payment.refunded"),
    "refunds.some":      PARTLY,
    "refund.failed":     NOT_GIVEN_BACK,
    "dispute":           DISPUTE("REFUNDED"),
  },
  REFUND_FAILED: {
    "payment.capture":   CAPTURED_BEFORE,
    // Where another try cannot help, the answer is repeated instead.
    "undo":              move("REFUNDING"),
    "refunds.some":      PARTLY,
    "refunds.all":       GIVEN_BACK,
    "dispute":           DISPUTE("REFUND_FAILED"),
  },
};

/** States in which nothing more happens by itself. */
const AT_REST = new Set<PaymentState>([
  ...(["AUTHORISED", "CAPTURE_FAILED", "VOIDED", "FAILED"] as const),
  ...(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "REFUND_FAILED"] as const),
]);
export const isAtRest = (state: PaymentState): boolean => AT_REST.has(state);

/** All others: something is asked of Stripe, or of the buyer. */
export const IN_FLIGHT: readonly PaymentState[] = (
  Object.keys(PAYMENT_MACHINE) as (PaymentState | "NONE")[]
).filter((state) => state !== "NONE" && !isAtRest(state)) as PaymentState[];

/** States in which money was taken: refunds and disputes may follow, at any time. */
export const AFTER_CAPTURE: readonly PaymentState[] = [
  ...(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDING", "REFUNDED", "REFUND_FAILED"] as const),
];
export const isAfterCapture = (state: PaymentState): boolean => AFTER_CAPTURE.includes(state);

/** The state that an input leads to. @throws where the machine has no such move */
export function nextState(state: PaymentState | "NONE", input: PaymentInput): PaymentState {
  const rule = PAYMENT_MACHINE[state][input];
  if (rule?.kind !== "move") throw new Error(`a payment in ${state} does not move by ${input}`);
  return rule.to;
}
