import type { CaptureMethod, Metadata } from "./records.ts";

/** A Checkout Session as it is stored. Times are epoch seconds, amounts integer minor units. */

export type SessionStatus = "open" | "complete" | "expired";

export interface SessionLine {
  id: string;
  name: string;
  description: string | null;
  unitAmount: number;
  quantity: number;
}

export interface SessionRecord {
  id: string;
  created: number;
  status: SessionStatus;
  currency: string;
  amountTotal: number;
  lines: SessionLine[];
  successUrl: string;
  cancelUrl: string | null;
  clientReferenceId: string | null;
  /** As the merchant gave it; the page asks for one only where this is null. */
  customerEmail: string | null;
  metadata: Metadata;
  submitType: "auto" | "book" | "donate" | "pay" | null;
  /** What the PaymentIntent gets when the buyer first pays. */
  intentData: {
    captureMethod: CaptureMethod;
    metadata: Metadata;
    description: string | null;
    receiptEmail: string | null;
    statementDescriptor: string | null;
    statementDescriptorSuffix: string | null;
  };
  expiresAt: number;
  /** Null until the buyer first pays. */
  paymentIntent: string | null;
  /** Who paid, once somebody has tried to. */
  customer: { email: string; name: string } | null;
}

/** https://docs.stripe.com/api/checkout/sessions/create: from 30 minutes to 24 hours after creation. */
export const MIN_LIFE_SECONDS = 30 * 60;
export const MAX_LIFE_SECONDS = 24 * 60 * 60;

export const lineTotal = (line: SessionLine): number => line.unitAmount * line.quantity;
