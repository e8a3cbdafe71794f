import type { Intent } from "./payment.ts";

/** What a new intent is for. */
export interface IntentRequest {
  bookingId: string;
  paymentId: string;
  /** Minor units. */
  amount: number;
  currency: string;
}

/**
 * The payment provider. Each call carries a key of ours, `bookingId:operation:n`, so that a repeat of it
 * is the same call. Every method throws Unavailable when the provider does not answer or cannot now;
 * whether it acted is then unknown, and the intent must be asked for.
 */
export interface PaymentProvider {
  /** An intent to take money later: authorised first, captured by a second call. */
  createIntent(request: IntentRequest, key: string): Promise<Intent>;
  /** Tries to authorise. A decline is an intent with a failure, not an error. */
  confirm(intentId: string, paymentMethodToken: string, key: string): Promise<Intent>;
  /** Takes what was authorised; an intent that cannot be captured comes back as it is. */
  capture(intentId: string, amount: number, key: string): Promise<Intent>;
  /** Gives up an intent; one that cannot be cancelled comes back as it is. */
  cancel(intentId: string, key: string): Promise<Intent>;
  retrieve(intentId: string): Promise<Intent>;
  ping(): Promise<void>;
}
