import type { OutboxAudit } from "./outbox.ts";

/** What Stripe has on an intent. Minor units. */
export interface StripeFacts {
  status: string;
  received: number;
  /** What was given back of it for good. */
  refunded: number;
}

/** Where Stripe and a payment say different things. */
export interface StripeDifference {
  bookingId: string;
  /** The intent or the refund at Stripe. */
  objectId: string;
  /** cancel: an authorisation that nobody needs; look: a state that payments missed; person: somebody must decide. */
  mend: "cancel" | "look" | "person";
  detail: string;
}

/** A payment as payments has it, with what Stripe says of its intent. */
export interface PaymentFacts {
  id: string;
  bookingId: string;
  /** A state of the payment machine. */
  state: string;
  /** Nothing more happens in it by itself. */
  isAtRest: boolean;
  /** It marks that the booking's payment must never start: there never was an intent. */
  isTombstone: boolean;
  amount: number;
  capturedAmount: number;
  refundedAmount: number;
  intentId: string | null;
  /** The booking's undo has reached money that was taken. */
  isUndone: boolean;
  /** Refunds that went through, by their ids: each has a mail. */
  refundIds: string[];
  unsent: number;
  unsentSince: number | null;
  /** When it is looked at next, epoch ms; null when nothing is in flight. */
  checkAt: number | null;
  updatedAt: number;
  /** Null where it has no intent. */
  stripe: StripeFacts | null;
  /** What its own intent contradicts. */
  difference: StripeDifference | null;
}

/** A page of one of Stripe's lists, compared with the payments it is about; but for these payments' own intents. */
export interface StripePage {
  read: number;
  /** The bookings that it names. */
  bookingIds: string[];
  differences: StripeDifference[];
  /** Where the list goes on; null at its end. */
  next: string | null;
}

/** The most payments that are given at once: each costs a question to Stripe. */
export const MAX_PAYMENTS = 100;

/** What an auditor asks of payments, and what it may ask for. Every answer is bounded. */
export interface PaymentsAudit extends OutboxAudit {
  /** The bookings of payments after an id, in the order of the payments' ids: nothing of Stripe. */
  payments(asked: {
    afterId: string;
    limit: number;
  }): Promise<{ id: string; bookingId: string; amount: number }[]>;
  /** The payments of these bookings, each compared with its intent. */
  paymentsOf(bookingIds: string[]): Promise<PaymentFacts[]>;
  /** Stripe's own list, newest first. @param window epoch ms, from the first to before the second */
  stripe(asked: {
    kind: "intents" | "refunds";
    window: { from: number; to: number };
    after: string | null;
  }): Promise<StripePage>;
  /** Asks Stripe about a payment again and takes in what it says. @returns whether there is such a payment */
  look(bookingId: string): Promise<boolean>;
  /**
   * Gives up what an ended booking holds at Stripe: its payment's authorisation, or an intent that is not its
   * payment's. Money that was taken stays: that is for a person.
   * @returns whether nothing is held any more
   */
  release(asked: { bookingId: string; userId: string; intentId: string }): Promise<boolean>;
}
