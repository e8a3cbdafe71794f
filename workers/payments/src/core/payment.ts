import type { WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { PAYMENT_STATUSES } from "#shared/contracts/payments.ts";
import type { PaymentState } from "./machine.ts";
import type { Dispute, Refund } from "./refund.ts";

/** One payment: state and outbox in one document, written together. Amounts in minor units. */
export interface Payment extends WithOutbox {
  _id: string;
  bookingId: string;
  userId: string;
  organiserId: string;
  amount: number;
  capturedAmount: number;
  /** What was given back for good, by us or by others. */
  refundedAmount: number;
  currency: string;
  /** Null where the buyer pays on Stripe's page; forgotten once the payment is authorised or ends. */
  paymentMethodToken: string | null;
  /** No authorisation starts from here on. */
  payBy: Date;
  state: PaymentState;
  /** Of a payment on Stripe's page, known only once the buyer has paid there. */
  intentId: string | null;
  /** For the buyer's own page only: never in a topic, never in a log. */
  clientSecret: string | null;
  /** Stripe's page, where the buyer names a card there; its address is never in a topic or a log either. */
  checkout: { id: string; url: string } | null;
  failureReason: string | null;
  /** The `n` in the keys of calls to Stripe; a key that Stripe answers with a stored failure is given up. */
  keyNumber: number;
  /** Whether the booking's undo has reached money that was taken. */
  isUndone: boolean;
  /** How often giving it back was begun, and the key number of the last beginning. */
  refundTries: number;
  refundFrom: number;
  /** As Stripe had them at the last look. */
  refunds: Refund[];
  disputes: Dispute[];
  /** Stripe's event ids that were taken in, the last few: a webhook has its effect once. */
  seenWebhooks: string[];
  /** When the sweeper looks at it next; null when nothing is in flight. */
  checkAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a step changes besides the outbox. */
export type PaymentChange = Partial<Omit<Payment, "_id" | "bookingId" | "rev" | "outbox" | "unsent">>;

/** What a buyer has to do while a payment is ACTION_REQUIRED: pay on Stripe's page, or prove that the card is theirs. */
export function actionOf(payment: Payment): "redirect" | "authentication" {
  return payment.checkout ? "redirect" : "authentication";
}

type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** What the public sees of a state. */
const PAYMENT_STATUS_OF: Record<PaymentState, PaymentStatus> = {
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
  PARTIALLY_REFUNDED: "PARTIALLY_REFUNDED",
  REFUNDING: "CAPTURED",
  REFUNDED: "REFUNDED",
  REFUND_FAILED: "REFUND_FAILED",
};

export function statusOf({ state, refundedAmount }: Payment): PaymentStatus {
  if (state === "REFUNDING" && refundedAmount > 0) return "PARTIALLY_REFUNDED";
  return PAYMENT_STATUS_OF[state];
}

/** The payment as Stripe has it. */
export interface Intent {
  /** Null where the buyer has not paid on Stripe's page yet. */
  id: string | null;
  /** An open page of Stripe's shows as `requires_action`, one that has expired as `canceled`. */
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
