import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { signalOf } from "./core/input.ts";
import type { BookingsEnv } from "./env.ts";
import { applySignals } from "./use-cases/apply-signals.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

export class BookingsConsumer extends EventConsumer<BookingsEnv> {
  protected readonly service = "bookings" as const;

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected handler() {
    const deps = depsOf(this.env);
    return (batch: Envelope[]) => applySignals(deps, batch.map(signalOf));
  }

  protected logger() {
    return logger;
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
