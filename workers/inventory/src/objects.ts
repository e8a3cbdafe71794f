import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { SeatMapObject } from "#durable-objects/seat-map/object.ts";
import type { SeatAnswer } from "#durable-objects/seat-map/rpc.ts";
import { systemClock } from "#shared/clock.ts";
import { nudger } from "#shared/log/nudger.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { type InventoryEnv, inventoryEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { answerEnvelope } from "./use-cases/answers.ts";
import { depsOf, topicLogOf } from "./wiring.ts";

/** The seats of one event, named by the event's id. */
export class SeatMap extends SeatMapObject<InventoryEnv> {
  readonly #nudge = nudger(
    (_bookings, partition) => this.env.BOOKINGS_CONSUMER.getByName(String(partition)).nudge(),
    systemClock,
  );

  protected config() {
    return { lockTtlMs: inventoryEnvironment(this.env).SEAT_LOCK_TTL_SECONDS * 1000 };
  }

  protected async publish(answers: SeatAnswer[]) {
    const messages = answers.map((answer) => toMessage(answerEnvelope(answer)));
    await topicLogOf(this.env).produce(messages);
    this.#nudge(messages);
  }
}

export class InventoryConsumer extends EventConsumer<InventoryEnv> {
  protected readonly service = "inventory" as const;

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected handler() {
    const deps = depsOf(this.env);
    return handleBatch.bind(null, deps);
  }

  protected logger() {
    return jsonLogger("inventory");
  }
}
