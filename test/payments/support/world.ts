import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Envelope, OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import type { Payment } from "../../../workers/payments/src/core/payment.ts";
import { handleBatch } from "../../../workers/payments/src/handlers/handle-batch.ts";
import { mongoPayments } from "../../../workers/payments/src/repositories/payments.ts";
import { mongoReconciliation } from "../../../workers/payments/src/repositories/reconciliation.ts";
import { stripeProvider } from "../../../workers/payments/src/stripe/stripe-provider.ts";
import type { PaymentsDeps } from "../../../workers/payments/src/use-cases/deps.ts";
import { drive } from "../../../workers/payments/src/use-cases/drive.ts";
import { sweep } from "../../../workers/payments/src/use-cases/sweep.ts";
import { takeWebhook } from "../../../workers/payments/src/use-cases/webhook.ts";
import {
  type Database,
  type StripeBackend,
  startDatabase,
  startStripeBackend,
  WEBHOOK_SECRET,
} from "./backends.ts";
import { type Booking, type BookingOptions, newBooking } from "./booking.ts";
import { type IntentSeen, violations } from "./invariants.ts";
import type { Delivery } from "./webhooks.ts";

/** Where Stripe's page would send a buyer: nobody listens there. */
const RETURN_URL = "http://127.0.0.1:9/back?from=stripe";

/** How long the stand-in takes to settle a refund that takes time. */
const REFUND_SETTLES_AFTER_MS = 3_000;

/** A redelivery that does not get through in this many tries never will. */
const MAX_DELIVERIES = 10;

/** The payments service as it is, over real backends, with a clock and a Kafka of the test's own. */
export class World {
  readonly database: Database;
  readonly stripe: StripeBackend;
  /** What reached Kafka, in order. */
  sent: OutgoingMessage[] = [];
  isKafkaDown = false;
  #now = Date.now();
  #bookings: Booking[] = [];

  constructor(database: Database, stripe: StripeBackend) {
    this.database = database;
    this.stripe = stripe;
  }

  async reset(): Promise<void> {
    await this.stripe.heal();
    await this.database.clear();
    this.sent = [];
    this.isKafkaDown = false;
    this.#bookings = [];
  }

  /** @param timeoutMs after which a call to Stripe is given up */
  deps(timeoutMs?: number): PaymentsDeps {
    return {
      payments: mongoPayments(this.database.pool),
      reconciliation: mongoReconciliation(this.database.pool),
      provider: stripeProvider(this.stripe.sdk(timeoutMs), RETURN_URL),
      clock: () => this.#now,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      send: async (messages) => {
        if (this.isKafkaDown) throw new Unavailable("kafka", "down");
        this.sent.push(...messages);
      },
    };
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  booking(options?: BookingOptions): Booking {
    const booking = newBooking(this.#now, options);
    this.#bookings.push(booking);
    return booking;
  }

  /** Hands one message over, as the consumer does. */
  async deliver(message: Envelope, deps = this.deps()): Promise<Outcome["kind"]> {
    const [outcome] = await handleBatch(deps, [message]);
    return outcome!.kind;
  }

  /** Hands one message over until it is done, as the consumer does while a backend is out. */
  async deliverUntilDone(message: Envelope): Promise<void> {
    for (let tries = 0; tries < MAX_DELIVERIES; tries++) {
      const outcome = await this.deliver(message);
      if (outcome === "done") return;
      expect(outcome).toBe("unavailable");
    }
    throw new Error(`${message.type} does not get through`);
  }

  /** What the webhook's route does. @returns whether there was anything to look at */
  async takeIn(delivery: Pick<Delivery, "raw" | "signature">, deps = this.deps()): Promise<boolean> {
    const { webhooks } = this.stripe.sdk();
    const { raw, signature } = delivery;
    const payment = await takeWebhook(deps, () =>
      webhooks.constructEventAsync(raw, signature, WEBHOOK_SECRET),
    );
    if (payment) await drive(deps, payment);
    return payment !== null;
  }

  /** One sweep, as the alarm makes it: what a backend that is out leaves undone is for the next one. */
  async sweep(deps = this.deps()): Promise<void> {
    await sweep(deps).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
    });
  }

  async payment({ id }: Pick<Booking, "id">): Promise<Payment> {
    const payment = await this.deps().payments.ofBooking(id);
    if (!payment) throw new Error("there is no such payment");
    return payment;
  }

  /** What somebody does in Stripe's dashboard. */
  async refundByHand(booking: Pick<Booking, "id">, amount?: number): Promise<void> {
    const { intentId } = await this.payment(booking);
    await this.stripe.sdk().refunds.create({ payment_intent: intentId!, ...(amount && { amount }) });
  }

  /** Lets refunds that take time end at Stripe, and takes in what it reports of this booking's. */
  async refundsSettle(booking: Booking, type: string): Promise<void> {
    this.stripe.advance(REFUND_SETTLES_AFTER_MS);
    await this.stripe.sdk().refunds.list({ limit: 1 });
    await this.takeIn(await this.stripe.inbox.delivery(booking.id, type));
  }

  /** What a buyer does on Stripe's page. @returns the answer, which is not followed */
  async payOnPage(booking: Pick<Booking, "id">, number = "4242424242424242"): Promise<Response> {
    const { checkout } = await this.payment(booking);
    const form = { number, expiry: "12 / 34", cvc: "123", email: "buyer@example.com", name: "A Buyer" };
    const body = new URLSearchParams(form);
    return fetch(checkout!.url, { method: "POST", body, redirect: "manual" });
  }

  /** Every intent that Stripe has for a booking, with how often a card was tried for it. */
  async intents({ id }: Pick<Booking, "id">): Promise<IntentSeen[]> {
    return (await this.#allIntents()).filter(({ bookingId }) => bookingId === id);
  }

  async #allIntents(): Promise<IntentSeen[]> {
    const stripe = this.stripe.sdk();
    const read = async <T>(list: { autoPagingToArray(options: { limit: number }): Promise<T[]> }) =>
      list.autoPagingToArray({ limit: 10_000 });
    const charges = await read(stripe.charges.list({ limit: 100 }));
    const refunds = await read(stripe.refunds.list({ limit: 100 }));
    const intents = await read(stripe.paymentIntents.list({ limit: 100 }));
    return intents.map(({ id, status, amount_received: received, metadata }) => ({
      ...{ id, status, received, bookingId: metadata.bookingId },
      charges: charges.filter(({ payment_intent }) => payment_intent === id).length,
      refunds: refunds
        .filter(({ payment_intent }) => payment_intent === id)
        .map(({ amount, status, metadata }) => ({
          ...{ amount, status: String(status), isOurs: metadata?.number !== undefined },
        })),
    }));
  }

  /**
   * What others were told about a booking, each message once: `payment.processed SUCCESS`.
   * @param since how many messages were sent before those that count
   */
  said({ id }: Booking, since = 0): string[] {
    const told = new Map<string, string>();
    for (const { value } of this.sent.slice(since).filter(({ key }) => key === id)) {
      const message = JSON.parse(value) as Envelope<"payment.processed">;
      told.set(message.id, [message.type, message.payload.status].filter(Boolean).join(" "));
    }
    return [...told.values()];
  }

  /** How a booking's money ended: the same whatever happened on the way. */
  async end(booking: Booking) {
    const { state, failureReason, capturedAmount, unsent } = await this.payment(booking);
    const intents = (await this.intents(booking)).map(
      ({ status, charges }) => `${status} after ${charges} tries`,
    );
    return { state, failureReason, capturedAmount, unsent, intents, said: this.said(booking) };
  }

  /**
   * What is wrong with the money of any booking of this test, in sentences.
   * @param told what reached Kafka
   */
  async violations(
    bookings: Pick<Booking, "id">[] = this.#bookings,
    told: OutgoingMessage[] = this.sent,
  ): Promise<string[]> {
    const intents = await this.#allIntents();
    const found = bookings.map(async ({ id }) => {
      const payment = await this.deps().payments.ofBooking(id);
      const sent = told.filter(({ key }) => key === id);
      const ours = intents.filter(({ bookingId }) => bookingId === id);
      return violations(id, payment, ours, sent);
    });
    return (await Promise.all(found)).flat();
  }
}

/** A world for the tests of a file, empty before each; after each, the money of every booking is checked. */
export function useWorld(): () => World {
  let world: World;
  beforeAll(async () => {
    world = new World(await startDatabase(), await startStripeBackend());
  });
  beforeEach(() => world.reset());
  afterEach(async () => {
    expect(await world.violations()).toEqual([]);
  });
  afterAll(async () => {
    await world.database.close();
    await world.stripe.close();
  });
  return () => world;
}
