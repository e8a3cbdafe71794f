import type { TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, type OutgoingMessage, parseEnvelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { consumersOf, topicOf } from "#shared/saga/wire.ts";

/** The services of a booking. */
export const SERVICES = ["inventory", "bookings", "payments"] as const;
export type Service = (typeof SERVICES)[number];

/** What the consumer of a service does with one message. */
export type Handle = (service: Service, message: Envelope) => Promise<Outcome>;

interface Delivery {
  service: Service;
  key: string;
  message: Envelope;
  tries: number;
}

/** A backend that is out for longer than this many tries is out for good. */
const MAX_TRIES = 10;
/** A saga whose messages never end would be a fault too. */
const MAX_PASSES = 100;

/**
 * Kafka and the consumers, as a test directs them: each message goes to each of its consumers, in order within a
 * booking and a service, and is tried again where it was early or a backend was out. A topic can be held back, and a
 * message can be delivered again.
 */
export class Kafka {
  /** All messages that were sent, in order; a message that is sent again is there again. */
  readonly log: Envelope[] = [];
  readonly deadLetters: { message: Envelope; detail: string }[] = [];
  readonly #handle: Handle;
  readonly #held = new Set<TopicName>();
  readonly #busy = new Set<string>();
  #waiting: Delivery[] = [];

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  send(messages: OutgoingMessage[]): void {
    for (const { topic: wireName, key, value } of messages) {
      const parsed = parseEnvelope(topicOf(wireName)!, value);
      if (!parsed.ok) throw new Error(`${wireName}: ${parsed.error}`);
      this.log.push(parsed.envelope);
      this.#put(parsed.envelope, key);
    }
  }

  /** Messages of this topic are not delivered until it is let go. */
  hold(...topics: TopicName[]): void {
    for (const topic of topics) this.#held.add(topic);
  }

  letGo(...topics: TopicName[]): void {
    for (const topic of topics) this.#held.delete(topic);
  }

  /** Puts what was sent to this topic about a booking before its consumers once more. */
  again(topic: TopicName, bookingId: string): void {
    for (const message of this.of(topic, bookingId)) this.#put(message, bookingId);
  }

  /** What was sent to a topic about a booking. */
  of(topic: TopicName, bookingId: string): Envelope[] {
    return this.log.filter(
      ({ type, payload }) => type === topic && (payload as { bookingId?: string }).bookingId === bookingId,
    );
  }

  /** Delivers until nothing moves any more. Safe to call while a message is being handled. */
  async run(): Promise<void> {
    for (let pass = 0; pass < MAX_PASSES; pass++) if (!(await this.#pass())) return;
    throw new Error("the messages do not come to an end");
  }

  async #pass(): Promise<boolean> {
    let hasMoved = false;
    for (const delivery of [...this.#waiting]) {
      const lane = `${delivery.service} ${delivery.key}`;
      if (
        !this.#waiting.includes(delivery) ||
        this.#busy.has(lane) ||
        this.#held.has(delivery.message.type)
      ) {
        continue;
      }
      this.#waiting = this.#waiting.filter((each) => each !== delivery);
      this.#busy.add(lane);
      const outcome = await this.#handle(delivery.service, delivery.message);
      this.#busy.delete(lane);
      if (this.#took(delivery, outcome)) hasMoved = true;
    }
    return hasMoved;
  }

  /** @returns whether anything may have changed, or is worth another try */
  #took(delivery: Delivery, outcome: Outcome): boolean {
    switch (outcome.kind) {
      case "done":
        return true;
      case "rejected":
        this.deadLetters.push({ message: delivery.message, detail: outcome.detail });
        return true;
      case "early":
        this.#waiting.push(delivery);
        return false;
      case "unavailable":
        delivery.tries += 1;
        this.#waiting.unshift(delivery);
        return delivery.tries < MAX_TRIES;
    }
  }

  #put(message: Envelope, key: string): void {
    const consumers = consumersOf(message.type);
    for (const service of SERVICES) {
      if (consumers.includes(service)) this.#waiting.push({ service, key, message, tries: 0 });
    }
  }
}
