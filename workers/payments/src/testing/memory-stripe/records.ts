/** What Stripe remembers. Times are epoch seconds, amounts integer minor units, as at Stripe. */

export type Metadata = Record<string, string>;

/** Why a payment failed, in Stripe's codes. */
export interface Failure {
  code: string;
  decline_code?: string;
}

export interface IntentRecord {
  id: string;
  created: number;
  metadata: Metadata;
  amount: number;
  currency: string;
  status: "requires_payment_method" | "requires_action" | "requires_capture" | "succeeded" | "canceled";
  amountReceived: number;
  failure: Failure | null;
  /** The card of the attempt under way, or of the charge. */
  card: string | null;
  /** The charge of the last attempt that reached the card. */
  charge: string | null;
  /** The page that it was made for. */
  page: string | null;
  /** When an authorisation that nobody captures lapses. */
  captureBefore: number | null;
}

/** One attempt at a card. */
export interface ChargeRecord {
  id: string;
  intent: string;
  metadata: Metadata;
  card: string;
  amount: number;
  status: "succeeded" | "failed";
  amountCaptured: number;
  /** What was given back or is on its way; also an authorisation that was let go. */
  amountRefunded: number;
  dispute: "charge back" | "inquiry" | null;
}

export interface RefundRecord {
  id: string;
  created: number;
  metadata: Metadata;
  intent: string;
  charge: string;
  amount: number;
  status: "pending" | "succeeded" | "failed";
  failureReason: string | null;
  /** When, and to what, it changes by itself. */
  settles: { at: number; to: "succeeded" | "failed" } | null;
}

export interface DisputeRecord {
  id: string;
  intent: string;
  charge: string;
  amount: number;
  currency: string;
}

export interface PageRecord {
  id: string;
  status: "open" | "complete" | "expired";
  metadata: Metadata;
  /** What its intent gets when the buyer first pays. */
  intentMetadata: Metadata;
  amount: number;
  currency: string;
  expiresAt: number;
  intent: string | null;
}
