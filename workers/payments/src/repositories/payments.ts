import { type Collection, collection, DuplicateKey, ping } from "#durable-objects/document-pool/client.ts";
import { relay, type Send, sweepOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { Payment } from "../core/payment.ts";

/** What a step changes besides the state itself. */
export type PaymentChange = Partial<Omit<Payment, "_id" | "bookingId" | "rev" | "outbox" | "unsent">>;

/** How many of Stripe's event ids a payment remembers. */
const SEEN_WEBHOOKS = 20;

/**
 * Payments, one document each. Every method throws Unavailable when MongoDB does not answer.
 * Invariant: a state and the messages that follow from it are written together or not at all.
 */
export interface Payments {
  /** @returns false when the booking has a payment already */
  add(payment: Payment): Promise<boolean>;
  ofBooking(bookingId: string): Promise<Payment | null>;
  find(id: string): Promise<Payment | null>;
  /**
   * Writes a step, if the payment is still as it was read.
   * @returns the payment afterwards, or null when somebody else was faster
   */
  write(read: Payment, change: PaymentChange, outbox: Payment["outbox"]): Promise<Payment | null>;
  /**
   * Takes a webhook in: the payment is due for a look. It is not a step, so it gets in the way of none.
   * @returns null when there is no such payment in flight, or the webhook was taken in before
   */
  takeWebhook(bookingId: string, stripeEventId: string, now: Date): Promise<Payment | null>;
  /** Payments in flight that are due for a look. */
  due(now: Date, limit: number): Promise<Payment[]>;
  relay(payment: Payment, send: Send): Promise<void>;
  sweepOutbox(send: Send): Promise<number>;
  ping(): Promise<boolean>;
}

export function mongoPayments(pool: DocumentPoolRpc): Payments {
  const payments: Collection<Payment> = collection<Payment>(pool, "payments");
  return {
    async add(payment) {
      try {
        await payments.insertOne(payment);
        return true;
      } catch (error) {
        if (error instanceof DuplicateKey) return false;
        throw error;
      }
    },
    ofBooking: (bookingId) => payments.findOne({ bookingId }),
    find: (id) => payments.findOne({ _id: id }),
    write(read, change, outbox) {
      const messages = [...read.outbox, ...outbox];
      return payments.findOneAndUpdate(
        { _id: read._id, rev: read.rev },
        { $set: { ...change, outbox: messages, unsent: messages.length > 0 }, $inc: { rev: 1 } },
      );
    },
    takeWebhook(bookingId, stripeEventId, now) {
      return payments.findOneAndUpdate(
        // Nothing more happens to a payment at rest, so that it must not become due again.
        { bookingId, seenWebhooks: { $ne: stripeEventId }, checkAt: { $ne: null } },
        {
          $push: { seenWebhooks: { $each: [stripeEventId], $slice: -SEEN_WEBHOOKS } },
          $set: { checkAt: now },
        },
      );
    },
    due: (now, limit) => payments.find({ checkAt: { $lte: now } }, { sort: { checkAt: 1 }, limit }),
    relay: (payment, send) => relay(payments, payment, send),
    sweepOutbox: (send) => sweepOutbox(payments, send),
    ping: () => ping(pool),
  };
}
