import type { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { nudger } from "#shared/log/nudger.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { type EventsEnv, eventsEnvironment } from "./env.ts";
import { eventsStore } from "./repositories/repositories.ts";
import type { EventsDeps } from "./use-cases/deps.ts";

export type EventsApp = OpenAPIHono<ServiceEnv<EventsEnv>>;

/** What the use cases need, from the Worker's environment. */
export function depsOf(env: EventsEnv, traceparent: string): EventsDeps {
  const log = topicLogOf(env);
  const consumers = { inventory: env.INVENTORY_CONSUMER, bookings: env.BOOKINGS_CONSUMER };
  const nudge = nudger(consumers, systemClock);
  return {
    store: eventsStore(documentsOf(env)),
    clock: systemClock,
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
    traceparent,
  };
}

export function topicLogOf(env: EventsEnv): TopicLog {
  const { KAFKA_REST_URL, KAFKA_REST_USERNAME, KAFKA_REST_PASSWORD } = eventsEnvironment(env);
  return kafkaRest({ url: KAFKA_REST_URL, username: KAFKA_REST_USERNAME, password: KAFKA_REST_PASSWORD });
}

/** The service's pool of MongoDB connections: one object, wherever it was first asked for. */
export function documentsOf(env: EventsEnv) {
  return env.DOCUMENTS.getByName("pool");
}
