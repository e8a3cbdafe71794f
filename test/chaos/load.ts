import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "#shared/client/client.ts";
import { cancelBooking, createBooking } from "#shared/client/generated/sdk.gen.ts";
import type { Random } from "../support/random.ts";
import { type Answer, ask } from "./ask.ts";
import type { Order } from "./orders.ts";
import { Tally } from "./tally.ts";

/** A buyer who got no answer, or "not now", asks again after these at least, and for so long. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const PATIENCE_MS = 120_000;
/** Who cancels later, cancels about then: as a rule the booking is confirmed. */
const LATER_MS = 5_000;
/** A booking whose money is being taken cannot be cancelled just now; who wants to tries again a few times. */
const CANCEL_AGAIN_MS = 3_000;
const CANCEL_TRIES = 5;
/** Buyers that wait at once. With more, something is so broken that more of them show nothing. */
const MOST_UNDER_WAY = 3_000;
const TICK_MS = 5;

export interface LoadOptions {
  buyers: readonly Client[];
  eventId: string;
  orders: Iterator<Order[], never>;
  /** Requests a second, whatever becomes of them. */
  rate: number;
  random: Random;
}

/** A steady load of bookings: it goes on at its rate, whatever the answers. */
export class Load {
  readonly tally = new Tally();
  readonly #options: LoadOptions;
  readonly #underWay = new Set<Promise<void>>();
  #isOver = false;
  #running: Promise<void> | null = null;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Begins no more orders. Resolves when every buyer has an answer, or has lost patience. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    const begun = performance.now();
    const { orders, rate } = this.#options;
    for (let sent = 0; !this.#isOver; await delay(TICK_MS)) {
      const due = Math.floor(((performance.now() - begun) / 1_000) * rate);
      while (sent < due) {
        const group = orders.next().value;
        sent += group.length;
        for (const order of group) this.#begin(order);
      }
    }
    this.tally.loadMs = performance.now() - begun;
  }

  #begin(order: Order): void {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.tally.notSent += 1;
      return;
    }
    const work = this.#serve(order).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #serve(order: Order): Promise<void> {
    this.tally.asked += 1;
    const askedAt = Date.now();
    const requests = [this.#book(order), ...(order.isDoubled ? [this.#book(order)] : [])];
    const [bookingId, again] = await Promise.all(requests);
    if (bookingId && again && again !== bookingId) this.tally.twins.push(`${bookingId} and ${again}`);
    const accepted = bookingId ?? again;
    if (!accepted) return;
    this.tally.accept(accepted, Date.now() - askedAt);
    if (order.then === "keeps it") return;
    if (order.then === "cancels later") await delay(LATER_MS);
    await this.#cancel(order, accepted);
  }

  /** @returns the booking's id, or null when the buyer was refused, or lost patience */
  async #book({ key, buyer, seatIds, token }: Order): Promise<string | null> {
    const { eventId } = this.#options;
    const body = { eventId, seatIds, paymentMethod: { type: "card" as const, token } };
    const client = this.#client(buyer);
    const headers = { "idempotency-key": key };
    const answer = await this.#persist(() => ask(() => createBooking({ client, body, headers })));
    if (answer.kind === "done") return answer.data.bookingId;
    if (answer.kind === "refused") this.tally.refused.push(`${key}: ${answer.what}`);
    else this.tally.givenUp.push(key);
    return null;
  }

  async #cancel({ buyer }: Order, id: string): Promise<void> {
    const client = this.#client(buyer);
    for (let tries = 0; tries < CANCEL_TRIES; tries++) {
      const answer = await this.#persist(() => ask(() => cancelBooking({ client, path: { id } })));
      if (answer.kind === "done") this.tally.cancelled.add(id);
      // It failed meanwhile, or is past the point of return for a moment: the same answer.
      if (answer.kind !== "refused" || answer.code !== "BOOKING_NOT_CANCELLABLE") return;
      await delay(CANCEL_AGAIN_MS);
    }
  }

  /** Asks until there is an answer that is one, with growing pauses. @returns it, or the last that was none */
  async #persist<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const { random } = this.#options;
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let tries = 0; ; tries++) {
      const answer = await request();
      this.tally.hear(answer);
      if (answer.kind === "done" || answer.kind === "refused" || performance.now() > giveUpAt) return answer;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
      const askedFor = answer.kind === "later" ? answer.afterMs : 0;
      await delay(Math.max(askedFor, pauseMs / 2) + (pauseMs / 2) * random());
    }
  }

  #client(buyer: number): Client {
    return this.#options.buyers[buyer]!;
  }
}
