import type { Clock } from "../clock.ts";
import { consumerOf } from "../saga/consumers.ts";
import type { SagaService } from "../saga/declaration.ts";
import type { OutgoingMessage } from "../saga/envelope.ts";
import { consumersOf, topicOf } from "../saga/wire.ts";

/**
 * A nudged consumer stays awake for longer than this, so that within it another nudge would only cost.
 * Kept well below the consumer's own {@link AWAKE_MS}.
 */
const NUDGE_LEASE_MS = 15_000;

/** How long a consumer keeps polling after its last message or nudge. */
export const AWAKE_MS = 30_000;

/** A service's consumers, each found by its name. */
interface Consumers {
  getByName(name: string): { nudge(): Promise<unknown> };
}

/**
 * The consumers of the services that hear of what is produced here. One that is not bound is woken by its own
 * watchdog: losing a nudge costs latency, never a message.
 */
export type ConsumersByService = Partial<Record<SagaService, Consumers>>;

/** When this isolate last nudged each consumer, epoch ms. */
const nudgedByIsolate = new Map<string, number>();

/** Wakes the consumers of what was just produced, each at most once in {@link NUDGE_LEASE_MS}. */
export function nudger(
  consumers: ConsumersByService,
  clock: Clock,
  nudgedAt = nudgedByIsolate,
): (messages: OutgoingMessage[]) => void {
  return (messages) => {
    const now = clock();
    for (const message of messages) {
      const topic = topicOf(message.topic);
      if (!topic) continue;
      for (const service of consumersOf(topic)) {
        const ofService = consumers[service];
        if (!ofService) continue;
        const name = consumerOf(service, message.partition);
        const nudged = `${service}/${name}`;
        if (now - (nudgedAt.get(nudged) ?? Number.NEGATIVE_INFINITY) < NUDGE_LEASE_MS) continue;
        nudgedAt.set(nudged, now);
        const consumer = ofService.getByName(name);
        consumer.nudge().catch(() => nudgedAt.delete(nudged));
      }
    }
  };
}
