import { type Collection, collection, DuplicateKey, ping } from "#durable-objects/document-pool/client.ts";
import {
  noteSent,
  relay,
  relayEach,
  type Send,
  sweepOutbox,
  withSent,
} from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import { AFTER_CAPTURE, IN_FLIGHT } from "../core/machine.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import { UNTOUCHED } from "../core/untouched.ts";

/** Which payment a report is about: by its booking where that is named, by its intent elsewhere. */
export type PaymentRef = { bookingId: string } | { intentId: string };

/** Whose payments may be seen: a user's own, or all. */
export type Scope = { userId: string } | "all";

/** What {@link Payments.write} takes. */
export interface PaymentStep {
  read: Payment;
  change: PaymentChange;
  outbox: Payment["outbox"];
}

/** How many of Stripe's event ids a payment remembers. */
const SEEN_WEBHOOKS = 20;

/**
 * Payments, one document each. Every method throws Unavailable when MongoDB does not answer.
 * Invariant: a state and the messages that follow from it are written together or not at all.
 */
export interface Payments {
  /** @returns false when the booking has a payment already */
  add(payment: Payment): Promise<boolean>;
  /** The same for several, each by itself, in one round trip. */
  addEach(payments: Payment[]): Promise<boolean[]>;
  ofBooking(bookingId: string): Promise<Payment | null>;
  ofBookings(bookingIds: string[]): Promise<(Payment | null)[]>;
  find(id: string): Promise<Payment | null>;
  /** One that somebody asks to see: in their scope, and not a mark that a payment must never start. */
  visible(id: { _id: string } | { bookingId: string }, scope: Scope): Promise<Payment | null>;
  /** Payments of these bookings, or with these intents; at most as many as were named. */
  named(by: { bookingIds: string[]; intentIds: string[] }): Promise<Payment[]>;
  /**
   * Writes a step, if the payment is still as it was read.
   * @returns the payment afterwards, or null when somebody else was faster
   */
  write(read: Payment, change: PaymentChange, outbox: Payment["outbox"]): Promise<Payment | null>;
  /**
   * The same for steps of different payments, each by itself, in one call to the pool where all are still as they were read.
   * Where one is not, all that is known is how many: null then stands for each, and whoever reads it again finds out.
   * @param sent payments whose messages were sent: it is noted on the same way
   */
  writeEach(steps: PaymentStep[], sent?: Payment[]): Promise<(Payment | null)[]>;
  /**
   * Takes a webhook in: the payment is due for a look. It is not a step, so it gets in the way of none.
   * @param about its intent, or what became of the money after its capture
   * @returns null when nothing of this can happen to such a payment any more, or the webhook was taken in before
   */
  takeWebhook(
    ref: PaymentRef,
    report: { id: string; about: "intent" | "aftermath" },
    now: Date,
  ): Promise<Payment | null>;
  /** Payments in flight that are due for a look. */
  due(now: Date, limit: number): Promise<Payment[]>;
  relay(payment: Payment, send: Send): Promise<void>;
  relayEach(payments: Payment[], send: Send): Promise<void>;
  /** Notes payments as sent, unless they were written since. */
  noteSent(payments: Payment[]): Promise<void>;
  sweepOutbox(send: Send, now: Date): Promise<number>;
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
    addEach: (some) => payments.insertEach(some),
    ofBooking: async (bookingId) => whole(await payments.findOne({ bookingId })),
    async ofBookings(bookingIds) {
      const found = await payments.find({ bookingId: { $in: bookingIds } }, { limit: bookingIds.length });
      const byBooking = new Map(found.map((payment) => [payment.bookingId, filled(payment)]));
      return bookingIds.map((bookingId) => byBooking.get(bookingId) ?? null);
    },
    find: async (id) => whole(await payments.findOne({ _id: id })),
    async visible(id, scope) {
      const seen = scope === "all" ? {} : scope;
      return whole(await payments.findOne({ ...id, ...seen, organiserId: { $ne: "" } }));
    },
    async named({ bookingIds, intentIds }) {
      const either = [{ bookingId: { $in: bookingIds } }, { intentId: { $in: intentIds } }];
      const limit = bookingIds.length + intentIds.length;
      return limit === 0 ? [] : (await payments.find({ $or: either }, { limit })).map(filled);
    },
    async write(read, change, outbox) {
      const { filter, update } = guardedStep({ read, change, outbox });
      return whole(await payments.findOneAndUpdate(filter, update));
    },
    async writeEach(steps, sent = []) {
      const guarded = steps.map(guardedStep);
      const updates = withSent(guarded, sent);
      const matched = await payments.updateEach(updates);
      if (matched < updates.length) return steps.map(() => null);
      return steps.map(({ read }, index) => {
        return { ...read, ...guarded[index]!.update.$set, rev: read.rev + 1 };
      });
    },
    async takeWebhook(ref, { id, about }, now) {
      // Nothing more happens to an intent at rest, so that its payment must not become due again.
      const states = about === "intent" ? IN_FLIGHT : [...IN_FLIGHT, ...AFTER_CAPTURE];
      const open = { $or: [{ checkAt: { $ne: null } }, { state: { $in: [...states] } }] };
      const taken = await payments.findOneAndUpdate(
        { ...ref, seenWebhooks: { $ne: id }, ...open },
        {
          $push: { seenWebhooks: { $each: [id], $slice: -SEEN_WEBHOOKS } },
          $set: { checkAt: now },
        },
      );
      return whole(taken);
    },
    async due(now, limit) {
      const found = await payments.find({ checkAt: { $lte: now } }, { sort: { checkAt: 1 }, limit });
      return found.map(filled);
    },
    relay: (payment, send) => relay(payments, payment, send),
    relayEach: (some, send) => relayEach(payments, some, send),
    noteSent: (sent) => noteSent(payments, sent),
    sweepOutbox: (send, now) => sweepOutbox(payments, send, now),
    ping: () => ping(pool),
  };
}

/** A step, for the payment as it was read alone. */
function guardedStep({ read, change, outbox }: PaymentStep) {
  const messages = [...read.outbox, ...outbox];
  return {
    filter: { _id: read._id, rev: read.rev },
    update: { $set: { ...change, outbox: messages, unsent: messages.length > 0 }, $inc: { rev: 1 } },
  };
}

/** A document of an earlier version lacks what has been added since. */
const filled = (payment: Payment): Payment => ({ ...UNTOUCHED, ...payment });
const whole = (payment: Payment | null): Payment | null => payment && filled(payment);
