import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import type { BookingsEnv } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

export class BookingsConsumer extends EventConsumer<BookingsEnv> {
  protected readonly service = "bookings" as const;

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected handler() {
    return handleBatch.bind(null, depsOf(this.env));
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
