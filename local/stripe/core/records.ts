/** What is stored. Times are epoch seconds, as Stripe's; amounts are integer minor units. */

export type IntentStatus =
  | "requires_payment_method"
  | "requires_confirmation"
  | "requires_action"
  | "requires_capture"
  | "succeeded"
  | "canceled";

export type CaptureMethod = "automatic" | "automatic_async" | "manual";
export type RequestedCancellation = "duplicate" | "fraudulent" | "requested_by_customer" | "abandoned";
export type CancellationReason = RequestedCancellation | "automatic";
export type Metadata = Record<string, string>;

export interface PaymentMethodRecord {
  id: string;
  created: number;
  /** A key of test-cards.ts. */
  card: string;
}

/** Why the latest attempt failed; becomes `last_payment_error` and the body of the 402. */
export interface PaymentFailure {
  type: "card_error" | "invalid_request_error";
  code: string;
  declineCode: string | null;
  message: string;
  charge: string | null;
  paymentMethod: PaymentMethodRecord;
}

export interface IntentRecord {
  id: string;
  created: number;
  clientSecret: string;
  amount: number;
  currency: string;
  captureMethod: CaptureMethod;
  status: IntentStatus;
  metadata: Metadata;
  description: string | null;
  receiptEmail: string | null;
  statementDescriptor: string | null;
  statementDescriptorSuffix: string | null;
  allowedPaymentMethodTypes: string[] | null;
  automaticPaymentMethods: { enabled: boolean; allow_redirects: "always" | "never" } | null;
  paymentMethod: string | null;
  returnUrl: string | null;
  useStripeSdk: boolean;
  /** The authentication under way, while `requires_action`; a part of the address of its page. */
  attempt: string | null;
  amountReceived: number;
  latestCharge: string | null;
  lastPaymentError: PaymentFailure | null;
  canceledAt: number | null;
  cancellationReason: CancellationReason | null;
  /** When the authorisation lapses, while `requires_capture`. */
  captureBefore: number | null;
  /** The Checkout Session that it was made for, if any. */
  checkoutSession: string | null;
}

export interface ChargeRecord {
  id: string;
  created: number;
  paymentIntent: string;
  paymentMethod: string;
  card: string;
  amount: number;
  amountCaptured: number;
  amountRefunded: number;
  currency: string;
  captured: boolean;
  status: "succeeded" | "failed";
  failure: { code: string; declineCode: string | null; message: string } | null;
  authenticated: boolean;
  captureBefore: number | null;
  disputed: boolean;
  description: string | null;
  metadata: Metadata;
}

export interface DisputeRecord {
  id: string;
  created: number;
  charge: string;
  paymentIntent: string;
  card: string;
  amount: number;
  currency: string;
  reason: string;
  /** An inquiry is `warning_needs_response`: the bank asks, and takes nothing. */
  status: "needs_response" | "warning_needs_response";
  evidenceDueBy: number;
}

export type RefundReason = "duplicate" | "fraudulent" | "requested_by_customer";

export interface RefundRecord {
  id: string;
  created: number;
  charge: string;
  paymentIntent: string;
  paymentMethod: string;
  amount: number;
  currency: string;
  reason: RefundReason | null;
  metadata: Metadata;
  status: "pending" | "succeeded" | "failed";
  failureReason: string | null;
  /** When, and to what, the status changes by itself. */
  settles: { at: number; status: "succeeded" | "failed" } | null;
}
