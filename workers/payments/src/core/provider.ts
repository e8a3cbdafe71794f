import { Unavailable } from "#shared/errors/problem.ts";
import type { Intent } from "./payment.ts";
import type { Aftermath, Refund } from "./refund.ts";

/** What a new intent, or a new page, is for. */
export interface IntentRequest {
  bookingId: string;
  paymentId: string;
  /** Minor units. */
  amount: number;
  currency: string;
}

/** Stripe's own page, on which a buyer pays. */
export interface Page {
  status: "open";
  id: string;
  url: string;
}

export interface RefundRequest {
  bookingId: string;
  paymentId: string;
  intentId: string;
  /** Minor units. */
  amount: number;
  /** The `n` of the key: kept with the refund, so that it is known again. */
  number: number;
}

/** What the provider will not do: an amount below its least, a charge that is disputed. */
export interface Refusal {
  status: "refused";
  failure: string;
}

/** A slice of time, epoch ms, from the first to before the second. */
export interface Window {
  from: number;
  to: number;
}

/** What one page of a list shows of an object that names a booking, or an intent. */
export interface Listed {
  id: string;
  bookingId: string | null;
  intentId: string | null;
  status: string;
}

/** @property next where the list goes on; null at its end */
export interface ListPage {
  items: Listed[];
  next: string | null;
}

/** The provider failed, and will repeat that failure to whoever asks with the same key: the next try needs another. */
export class KeySpent extends Unavailable {}

/**
 * The payment provider. Each call that changes something carries a key of ours, `bookingId:operation:n`, so that a
 * repeat of it is the same call. Every method throws Unavailable when the provider does not answer or cannot now;
 * whether it acted is then unknown, and must be asked for.
 */
export interface PaymentProvider {
  /** An intent to take money later: authorised first, captured by a second call. */
  createIntent(request: IntentRequest, key: string): Promise<Intent | Refusal>;
  /** A page on which the buyer authorises. @param expiresAt when it closes by itself */
  openPage(request: IntentRequest & { expiresAt: Date }, key: string): Promise<Page | Refusal>;
  /** How the payment on a page stands; a page that the provider does not know has been given up. */
  retrievePage(pageId: string): Promise<Intent>;
  /** Closes a page; one that is not open any more comes back as it is. */
  closePage(pageId: string, key: string): Promise<Intent>;
  /** Tries to authorise. A decline is an intent with a failure, not an error. */
  confirm(intentId: string, paymentMethodToken: string, key: string): Promise<Intent>;
  /** Takes what was authorised; an intent that cannot be captured comes back as it is. */
  capture(intentId: string, amount: number, key: string): Promise<Intent>;
  /** Gives up an intent; one that cannot be cancelled comes back as it is. */
  cancel(intentId: string, key: string): Promise<Intent>;
  /** How an intent stands; one that the provider does not know has been given up. */
  retrieve(intentId: string): Promise<Intent>;
  refund(request: RefundRequest, key: string): Promise<Refund | Refusal>;
  /** What became of the money that an intent took. */
  aftermath(intentId: string): Promise<Aftermath>;
  /** Intents or refunds that were made in a window, newest first; a page at a time. */
  list(kind: "intents" | "refunds", window: Window, after: string | null): Promise<ListPage>;
  ping(): Promise<void>;
}
