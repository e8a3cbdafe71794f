import type { OpenAPIHono } from "@hono/zod-openapi";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import { spreadPool } from "#durable-objects/document-pool/spread.ts";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { continueTrace } from "#shared/observability/trace.ts";
import { lossy } from "#shared/redis/lossy.ts";
import { type Redis, redis } from "#shared/redis/redis.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import { type EventsEnv, eventsEnvironment } from "./env.ts";
import { answerCache } from "./repositories/answer-cache.ts";
import { eventsOutbox } from "./repositories/events-outbox.ts";
import { eventsStore } from "./repositories/repositories.ts";
import { tellingEdge } from "./repositories/told-edge.ts";
import { redisViews } from "./repositories/views.ts";
import type { EventsDeps } from "./use-cases/deps.ts";

export type EventsApp = OpenAPIHono<ServiceEnv<EventsEnv>>;

export const logger = jsonLogger("events");

/** What the use cases need, from the Worker's environment. */
export function depsOf(env: EventsEnv, traceparent: string): EventsDeps {
  const log = topicLogOf(env);
  const consumers = {
    inventory: env.INVENTORY_CONSUMER,
    bookings: env.BOOKINGS_CONSUMER,
    notifications: env.NOTIFICATIONS_CONSUMER,
  };
  const forgetful = lossy(redisOf(env));
  const nudge = nudger(consumers, systemClock);
  return {
    store: eventsStore(documentsOf(env)),
    cache: tellingEdge(answerCache(forgetful), env.EDGE, logger),
    views: redisViews(forgetful, systemClock),
    clock: systemClock,
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
    traceparent,
  };
}

/** What an auditor may ask, from the Worker's environment. */
export function auditOf(env: EventsEnv): OutboxAudit {
  return eventsOutbox(documentsOf(env), depsOf(env, continueTrace(null)).send);
}

export function topicLogOf(env: EventsEnv): TopicLog {
  return topicLog(eventsEnvironment(env), logger);
}

/** Redis, for what may be lost: answers that were given, views of pages. */
function redisOf(env: EventsEnv): Redis {
  return redis(eventsEnvironment(env), { clock: systemClock, logger });
}

/** The service's MongoDB connections. */
export function documentsOf(env: EventsEnv): DocumentPoolRpc {
  return spreadPool(env.DOCUMENTS);
}
