import type { WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { PAYMENT_STATUSES } from "#shared/contracts/payments.ts";

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
  | "FAILED";

/** One payment: state and outbox in one document, written together. Amounts in minor units. */
export interface Payment extends WithOutbox {
  _id: string;
  bookingId: string;
  userId: string;
  organiserId: string;
  amount: number;
  capturedAmount: number;
  currency: string;
  /** Null where the buyer pays on a page of their own; forgotten once the payment is authorised or ends. */
  paymentMethodToken: string | null;
  /** No authorisation starts from here on. */
  payBy: Date;
  state: PaymentState;
  intentId: string | null;
  /** For the buyer's own page only: never in a topic, never in a log. */
  clientSecret: string | null;
  failureReason: string | null;
  /** The `n` in the keys of calls to Stripe; a key that Stripe answers with a stored failure is given up. */
  keyNumber: number;
  /** Stripe's event ids that were taken in, the last few: a webhook has its effect once. */
  seenWebhooks: string[];
  /** When the sweeper looks at it next; null when nothing is in flight. */
  checkAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a buyer has to do while a payment is ACTION_REQUIRED: name a card, or prove that the named one is theirs. */
export function actionOf(payment: Payment): "payment" | "authentication" {
  return payment.paymentMethodToken === null ? "payment" : "authentication";
}

/** What the public sees of a state. */
export const PAYMENT_STATUS_OF: Record<PaymentState, (typeof PAYMENT_STATUSES)[number]> = {
  CREATED: "CREATED",
  AUTHORISING: "CREATED",
  ACTION_REQUIRED: "ACTION_REQUIRED",
  AUTHORISED: "AUTHORISED",
  CAPTURING: "AUTHORISED",
  CAPTURED: "CAPTURED",
  CAPTURE_FAILED: "FAILED",
  VOIDING: "AUTHORISED",
  VOIDED: "VOIDED",
  FAILED: "FAILED",
};

/** A payment that was undone before anybody asked for it: a mark that it must never start, and nobody's to see. */
export const isTombstone = ({ state, organiserId }: Payment): boolean =>
  state === "VOIDED" && organiserId === "";

/** The payment as Stripe has it. */
export interface Intent {
  id: string;
  status:
    | "requires_payment_method"
    | "requires_confirmation"
    | "requires_action"
    | "processing"
    | "requires_capture"
    | "succeeded"
    | "canceled";
  clientSecret: string | null;
  amountReceived: number;
  /** Why the last attempt was declined, in Stripe's words. */
  failure: string | null;
}
