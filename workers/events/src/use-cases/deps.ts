import type { Send } from "#durable-objects/document-pool/outbox.ts";
import type { Clock } from "#shared/clock.ts";
import type { EventsStore } from "../repositories/repositories.ts";

/** What the use cases of events need. */
export interface EventsDeps {
  store: EventsStore;
  clock: Clock;
  /** Hands messages to Kafka. */
  send: Send;
  traceparent: string;
}
