import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { SeatMapObject } from "#durable-objects/seat-map/object.ts";
import type { FollowedMapRpc, LedgerSegment, SeatAnswer } from "#durable-objects/seat-map/rpc.ts";
import { SeatRelayObject } from "#durable-objects/seat-relay/object.ts";
import type { SeatRelayRpc } from "#durable-objects/seat-relay/rpc.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { type InventoryEnv, inventoryEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { answerEnvelope } from "./use-cases/answers.ts";
import { depsOf, ledgerDepsOf, logger, topicLogOf } from "./wiring.ts";

/** The seats of one event, named by the event's id. */
export class SeatMap extends SeatMapObject<InventoryEnv> {
  protected config() {
    const variables = inventoryEnvironment(this.env);
    const { LIVE_DIRECT_WATCHERS: directWatchers, LIVE_RELAY_WATCHERS: relayWatchers } = variables;
    return {
      lockTtlMs: variables.SEAT_LOCK_TTL_SECONDS * 1000,
      buyerLimits: { held: variables.SEATS_HELD_PER_BUYER, total: variables.SEATS_PER_BUYER },
      live: { directWatchers, relayWatchers },
    };
  }

  protected override relayOf(eventId: string, relay: number): SeatRelayRpc {
    return this.env.SEAT_RELAY.getByName(`${eventId}:${relay}`);
  }

  protected publish(answers: SeatAnswer[]) {
    return depsOf(this.env).send(answers.map((answer) => toMessage(answerEnvelope(answer))));
  }

  protected archive(segment: LedgerSegment) {
    return ledgerDepsOf(this.env).ledger.append(segment);
  }
}

/** Watchers of one event's map, named by the event's id and a number. */
export class SeatRelay extends SeatRelayObject<InventoryEnv> {
  protected mapOf(eventId: string): FollowedMapRpc {
    return this.env.SEAT_MAP.getByName(eventId);
  }

  protected mostWatchers() {
    return inventoryEnvironment(this.env).LIVE_RELAY_WATCHERS;
  }
}

export class InventoryConsumer extends EventConsumer<InventoryEnv> {
  protected readonly service = "inventory" as const;

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
