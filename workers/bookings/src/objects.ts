import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { Arrivals } from "#shared/arrivals.ts";
import { systemClock } from "#shared/clock.ts";
import { gather } from "#shared/gather.ts";
import { lingerMs } from "#shared/linger.ts";
import { MAX_PRODUCE } from "#shared/log/topic-log.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { BookingsEnv, BookingsSweeperRpc } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { relay } from "./use-cases/relay.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

export class BookingsConsumer extends EventConsumer<BookingsEnv> {
  protected readonly service = "bookings" as const;

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected predecessor(name: string) {
    return this.env.CONSUMER.getByName(name);
  }

  protected handler() {
    return handleBatch.bind(null, depsOf(this.env));
  }

  protected logger() {
    return logger;
  }
}

/**
 * One object for all requests, so that what they have to send goes out together: a request of its own could wait for no
 * other's. It shares nothing with them but the rows: what it does not send is left, and found by the next sweep.
 */
export class BookingsSweeper extends Sweeper<BookingsEnv> implements BookingsSweeperRpc {
  readonly #arrivals = new Arrivals();
  #tookMs = 0;
  readonly #relay = gather(
    async (some: OutboxRow[][]) => {
      const startedAt = systemClock();
      await relay(depsOf(this.env), some.flat());
      this.#tookMs = systemClock() - startedAt;
      return some.map(() => undefined);
    },
    MAX_PRODUCE,
    (inHand) => scheduler.wait(lingerMs(this.#arrivals.rate(systemClock()), this.#tookMs, inHand)),
  );

  async relay(rows: OutboxRow[]): Promise<void> {
    this.#arrivals.add(1, systemClock());
    await this.#relay(rows);
  }

  protected logger() {
    return logger;
  }

  protected sweep() {
    return sweep(depsOf(this.env));
  }
}
