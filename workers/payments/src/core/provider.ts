import { Unavailable } from "#shared/errors/problem.ts";
import type { Intent } from "./payment.ts";

/** What a new intent is for. */
export interface IntentRequest {
  bookingId: string;
  paymentId: string;
  /** Minor units. */
  amount: number;
  currency: string;
}

/** What the provider will not make an intent of: an amount below its least, a currency it does not take. */
export interface Refusal {
  status: "refused";
  failure: string;
}

/** The provider failed, and will repeat that failure to whoever asks with the same key: the next try needs another. */
export class KeySpent extends Unavailable {}

/**
 * The payment provider. Each call carries a key of ours, `bookingId:operation:n`, so that a repeat of it
 * is the same call. Every method throws Unavailable when the provider does not answer or cannot now;
 * whether it acted is then unknown, and the intent must be asked for.
 */
export interface PaymentProvider {
  /** An intent to take money later: authorised first, captured by a second call. */
  createIntent(request: IntentRequest, key: string): Promise<Intent | Refusal>;
  /** Tries to authorise. A decline is an intent with a failure, not an error. */
  confirm(intentId: string, paymentMethodToken: string, key: string): Promise<Intent>;
  /** Takes what was authorised; an intent that cannot be captured comes back as it is. */
  capture(intentId: string, amount: number, key: string): Promise<Intent>;
  /** Gives up an intent; one that cannot be cancelled comes back as it is. */
  cancel(intentId: string, key: string): Promise<Intent>;
  /** How an intent stands; one that the provider does not know has been given up. */
  retrieve(intentId: string): Promise<Intent>;
  ping(): Promise<void>;
}
