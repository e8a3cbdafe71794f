import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import { newBooking } from "#shared/contracts/bookings.ts";
import type { QuoteRequest } from "#shared/rpc/events.ts";
import type { Envelope, OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import type { Booking } from "../../../workers/bookings/src/core/booking.ts";
import { handleBatch as handleBookings } from "../../../workers/bookings/src/handlers/handle-batch.ts";
import { cancelBooking } from "../../../workers/bookings/src/use-cases/cancel-booking.ts";
import { createBooking } from "../../../workers/bookings/src/use-cases/create-booking.ts";
import type { BookingsDeps } from "../../../workers/bookings/src/use-cases/deps.ts";
import { relay } from "../../../workers/bookings/src/use-cases/relay.ts";
import { sweep as sweepBookings } from "../../../workers/bookings/src/use-cases/sweep.ts";
import type { PaymentProvider } from "../../../workers/payments/src/core/provider.ts";
import { handleBatch as handlePayments } from "../../../workers/payments/src/handlers/handle-batch.ts";
import type { PaymentsDeps } from "../../../workers/payments/src/use-cases/deps.ts";
import { type BookingsUnderTest, startBookings } from "../../bookings/postgres.ts";
import { startDatabase, startStripeBackend } from "../../payments/support/backends.ts";
import { World } from "../../payments/support/world.ts";
import { EVENT_ID, House } from "./house.ts";
import { Kafka, type Service } from "./kafka.ts";

/** Minor units a seat. */
export const PRICE = 9_500;

const WEEK_MS = 7 * 86_400_000;

/** Calls to Stripe that a test may step in after, or before. */
type Call = "confirm" | "capture" | "cancel" | "refund";

/**
 * Bookings, inventory and payments as they are, in one process: over Postgres, SQLite, MongoDB and Stripe, with a clock
 * and a Kafka of the test's own.
 */
export class Saga {
  readonly money: World;
  readonly #bookings: BookingsUnderTest;
  kafka!: Kafka;
  house!: House;
  #ids: string[] = [];
  #hook: { call: Call; moment: "before" | "after"; meanwhile: () => Promise<unknown> } | null = null;

  private constructor(money: World, bookings: BookingsUnderTest) {
    this.money = money;
    this.#bookings = bookings;
  }

  static async start(): Promise<Saga> {
    const money = new World(await startDatabase(), await startStripeBackend());
    return new Saga(money, await startBookings());
  }

  async reset(): Promise<void> {
    await this.money.reset();
    await this.#bookings.empty();
    this.kafka = new Kafka((service, message) => this.#handle(service, message));
    this.house = await House.open(this.#clock, (messages) => this.kafka.send(messages));
    this.#ids = [];
    this.#hook = null;
  }

  async close(): Promise<void> {
    await this.money.database.close();
    await this.money.stripe.close();
    await this.#bookings.close();
  }

  readonly #clock = () => this.money.now();
  readonly #send = async (messages: OutgoingMessage[]) => this.kafka.send(messages);

  bookingsDeps(): BookingsDeps {
    const { bookings, bookedEvents } = this.#bookings;
    const events = {
      quote: async (request: QuoteRequest) => ({ ok: true as const, quote: this.#quote(request) }),
      seating: () => Promise.reject(new Error("bookings reads no plan")),
    };
    const inventory = {
      isClosed: () => this.house.map.isClosed(),
      hold: () => Promise.reject(new Error("nothing is held before it is booked")),
    };
    const { logger } = this.money.deps();
    return { bookings, bookedEvents, events, inventory, clock: this.#clock, logger, send: this.#send };
  }

  paymentsDeps(): PaymentsDeps {
    const deps = this.money.deps();
    return { ...deps, provider: this.#hooked(deps.provider), send: this.#send };
  }

  #quote({ eventId, seatIds }: QuoteRequest) {
    const startsAt = new Date(this.money.now() + WEEK_MS).toISOString();
    const lines = seatIds.map((seatId) => ({ seatId, label: seatId, tier: "A", quantity: 1, price: PRICE }));
    return {
      ...{ eventId, eventVersion: 1, organiserId: "usr_9", eventName: "Opera", venueName: "House" },
      ...{ timeZone: "Europe/Vienna", currency: "EUR", startsAt, lines },
      totalAmount: seatIds.length * PRICE,
    };
  }

  /**
   * A buyer's request; nothing is delivered yet.
   * @param body what else the client sends, whether the route lets it through or not
   * @returns the booking's id
   */
  async request(buyer: string, seatIds: string[], body: object = {}, key?: string): Promise<string> {
    const card = { type: "card" as const, token: "pm_card_visa" };
    const sent = { eventId: EVENT_ID, seatIds, paymentMethod: card, ...body };
    const request = { ...sent, ...newBooking.parse(sent) };
    const deps = this.bookingsDeps();
    const { booking, outbox } = await createBooking(deps, identityOf(buyer), request, key);
    await relay(deps, outbox);
    if (!this.#ids.includes(booking.id)) this.#ids.push(booking.id);
    return booking.id;
  }

  /** A request, and all that follows of it by itself. @param card a test card, or null for Stripe's page */
  async book(buyer: string, seatIds: string[], card: string | null = "pm_card_visa"): Promise<string> {
    const id = await this.request(buyer, seatIds, {
      paymentMethod: card === null ? undefined : { type: "card", token: card },
    });
    await this.kafka.run();
    return id;
  }

  /** The buyer cancels; nothing is delivered yet. @returns how much they are told to get back */
  async cancel(buyer: string, bookingId: string): Promise<number> {
    const { cancellation } = await cancelBooking(this.bookingsDeps(), identityOf(buyer), bookingId);
    return cancellation.refundAmount;
  }

  /** Stripe's answer to the next call of this kind takes its time: meanwhile something else happens. */
  slow(call: Call, moment: "before" | "after", meanwhile: () => Promise<unknown>): void {
    this.#hook = { call, moment, meanwhile };
  }

  /** Time passes, without anybody noticing. */
  pass(ms: number): void {
    this.money.advance(ms);
  }

  /** All alarms ring, and what follows of it follows. */
  async alarms(): Promise<void> {
    await this.house.alarm();
    await sweepBookings(this.bookingsDeps());
    await this.money.sweep(this.paymentsDeps());
    await this.kafka.run();
  }

  async find(bookingId: string): Promise<Booking> {
    return (await this.#bookings.bookings.find(bookingId))!;
  }

  /** How a booking stands everywhere: itself, its seats, its intents at Stripe and what was given back. */
  async standing(bookingId: string) {
    const { state, failureReason } = await this.find(bookingId);
    const intents = await this.money.intents({ id: bookingId });
    const refunds = intents.flatMap(({ refunds }) => refunds);
    return {
      booking: [state, failureReason].filter(Boolean).join(" "),
      seats: await this.house.decision(bookingId),
      intents: intents.map(({ status, charges }) => `${status} after ${charges} tries`),
      refunded: refunds.reduce((sum, { amount, status }) => sum + (status === "failed" ? 0 : amount), 0),
    };
  }

  /** What of a booking contradicts something else, in sentences; for when everything has ended. */
  async violations(): Promise<string[]> {
    const found = await this.money.violations(
      this.#ids.map((id) => ({ id })),
      this.#told(),
    );
    for (const id of this.#ids) {
      const { booking, seats, intents, refunded } = await this.standing(id);
      const say = (text: string) => found.push(`${id} is ${booking}, and ${text}`);
      const { totalAmount, seatsClear, moneyClear } = await this.find(id);
      const taken = intents.filter((intent) => intent.startsWith("succeeded")).length * totalAmount;
      const kept = taken - refunded;
      if (booking === "CONFIRMED" && !seats.startsWith("RESERVED")) say(`its seats are ${seats}`);
      if (booking === "CONFIRMED" && kept !== totalAmount) say(`${kept} was kept`);
      if (/FAILED|CANCELLED/.test(booking)) {
        if (/^(LOCKED|RESERVED)/.test(seats)) say(`its seats are ${seats}`);
        if (kept !== 0) say(`${kept} was kept`);
        if (!seatsClear || !moneyClear) say("it is not known whether all of it was undone");
        if (intents.some((intent) => !/^(succeeded|canceled)/.test(intent))) say(`${intents} is open`);
      }
    }
    return found;
  }

  #told(): OutgoingMessage[] {
    return this.kafka.log.map((message) => ({
      ...{ topic: message.type, partition: 0, value: JSON.stringify(message) },
      key: (message.payload as { bookingId?: string }).bookingId ?? "",
    }));
  }

  async #handle(service: Service, message: Envelope): Promise<Outcome> {
    if (service === "inventory") return this.house.handle(message);
    const [outcome] =
      service === "bookings"
        ? await handleBookings(this.bookingsDeps(), [message])
        : await handlePayments(this.paymentsDeps(), [message]);
    return outcome!;
  }

  #hooked(provider: PaymentProvider): PaymentProvider {
    const slowed = (call: Call) => {
      const inner = provider[call] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const hook = this.#hook?.call === call ? this.#hook : null;
        if (hook) this.#hook = null;
        if (hook?.moment === "before") await hook.meanwhile();
        const answer = await inner(...args);
        if (hook?.moment === "after") await hook.meanwhile();
        return answer;
      };
    };
    const calls = ["confirm", "capture", "cancel", "refund"] as const;
    const slow = Object.fromEntries(calls.map((call) => [call, slowed(call)]));
    return { ...provider, ...(slow as Partial<PaymentProvider>) };
  }
}

const identityOf = (userId: string): Identity => ({
  ...{ userId, role: "USER", email: `${userId}@example.com`, name: userId },
});

/** A saga for the tests of a file, empty before each; after each, nothing may contradict anything. */
export function useSaga(): () => Saga {
  let saga: Saga;
  beforeAll(async () => {
    saga = await Saga.start();
  }, 60_000);
  beforeEach(() => saga.reset());
  afterEach(async () => {
    expect(await saga.violations()).toEqual([]);
    expect(saga.kafka.deadLetters).toEqual([]);
  });
  afterAll(() => saga.close());
  return () => saga;
}
