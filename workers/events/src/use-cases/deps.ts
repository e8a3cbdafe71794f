import type { Send } from "#durable-objects/document-pool/outbox.ts";
import type { Clock } from "#shared/clock.ts";
import type { AnswerCache } from "../repositories/answer-cache.ts";
import type { EventsStore } from "../repositories/repositories.ts";
import type { Views } from "../repositories/views.ts";

/** What the use cases of events need. */
export interface EventsDeps {
  store: EventsStore;
  cache: AnswerCache;
  views: Views;
  clock: Clock;
  /** Hands messages to Kafka. */
  send: Send;
  traceparent: string;
}
