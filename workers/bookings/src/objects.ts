import { DurableObject } from "cloudflare:workers";
import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import type { BookingsEnv } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { bookingsDesk } from "./use-cases/desk.ts";
import type { BookingsDeskRpc } from "./use-cases/desk-rpc.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, lateOutboxOf, logger, topicLogOf } from "./wiring.ts";

export class BookingsConsumer extends EventConsumer<BookingsEnv> {
  protected readonly service = "bookings" as const;
  readonly #late = lateOutboxOf(this.env);

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected predecessor(name: string) {
    return this.env.CONSUMER.getByName(name);
  }

  protected handler() {
    return handleBatch.bind(null, depsOf(this.env, this.#late));
  }

  protected logger() {
    return logger;
  }
}

/** The desk of some events: what their buyers ask for at the same time is priced, written and sent together. */
export class BookingsDesk extends DurableObject<BookingsEnv> implements BookingsDeskRpc {
  readonly #desk = bookingsDesk({
    ...depsOf(this.env, lateOutboxOf(this.env)),
    events: this.env.EVENTS,
    pause: async (ms) => (ms > 0 ? scheduler.wait(ms) : undefined),
  });

  book(...asked: Parameters<BookingsDeskRpc["book"]>) {
    return this.#desk.book(...asked);
  }
}

export class BookingsSweeper extends Sweeper<BookingsEnv> {
  protected logger() {
    return logger;
  }

  protected sweep() {
    return sweep(depsOf(this.env));
  }
}
