import type { Payment } from "./payment.ts";

/** What a payment has that nothing has happened to. */
export const UNTOUCHED = {
  capturedAmount: 0,
  refundedAmount: 0,
  intentId: null,
  clientSecret: null,
  checkout: null,
  failureReason: null,
  keyNumber: 1,
  isUndone: false,
  refundTries: 0,
  refundFrom: 0,
  refunds: [],
  disputes: [],
  seenWebhooks: [],
} satisfies Partial<Payment>;
