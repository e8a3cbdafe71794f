import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { SeatMapObject } from "#durable-objects/seat-map/object.ts";
import type { LedgerSegment, SeatAnswer } from "#durable-objects/seat-map/rpc.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { type InventoryEnv, inventoryEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { answerEnvelope } from "./use-cases/answers.ts";
import { depsOf, ledgerDepsOf, logger, topicLogOf } from "./wiring.ts";

/** The seats of one event, named by the event's id. */
export class SeatMap extends SeatMapObject<InventoryEnv> {
  protected config() {
    return { lockTtlMs: inventoryEnvironment(this.env).SEAT_LOCK_TTL_SECONDS * 1000 };
  }

  protected publish(answers: SeatAnswer[]) {
    return depsOf(this.env).send(answers.map((answer) => toMessage(answerEnvelope(answer))));
  }

  protected archive(segment: LedgerSegment) {
    return ledgerDepsOf(this.env).ledger.append(segment);
  }
}

export class InventoryConsumer extends EventConsumer<InventoryEnv> {
  protected readonly service = "inventory" as const;

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
