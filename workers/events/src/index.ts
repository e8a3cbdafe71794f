import { WorkerEntrypoint } from "cloudflare:workers";
import { ping } from "#durable-objects/document-pool/client.ts";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { continueTrace } from "#shared/observability/trace.ts";
import { redisBackends } from "#shared/redis/backend-check.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { EventsRpc, QuoteRequest, ViewsRpc } from "#shared/rpc/events.ts";
import { type EventsEnv, eventsEnvironment } from "./env.ts";
import { serveEventChanges } from "./routes/change-events.ts";
import { serveEvents } from "./routes/events.ts";
import { serveVenues } from "./routes/venues.ts";
import { quotes, seating } from "./use-cases/quote.ts";
import { auditOf, depsOf, documentsOf, logger, topicLogOf } from "./wiring.ts";

export { EventsDocuments, EventsSweeper } from "./objects.ts";

const app = serviceApp<EventsEnv>({
  service: "events",
  clock: systemClock,
  logger,
  gatewayKey: (env) => eventsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveVenues(app);
serveEvents(app);
serveEventChanges(app);
app.get("/health", async (c) => {
  const checks = [
    { name: "mongodb", ask: () => ping(documentsOf(c.env)) },
    { name: "kafka", ask: () => topicLogOf(c.env).ping() },
    ...redisBackends(eventsEnvironment(c.env)),
  ];
  return c.json(await askBackends(checks, systemClock));
});

/** What bookings and inventory ask. */
export class EventsQuestions extends WorkerEntrypoint<EventsEnv> implements EventsRpc, ViewsRpc {
  quotes(requests: QuoteRequest[]) {
    return quotes(depsOf(this.env, continueTrace(null)), requests);
  }

  seating(eventId: string) {
    return seating(depsOf(this.env, continueTrace(null)), eventId);
  }

  async viewed(seen: Parameters<ViewsRpc["viewed"]>[0]) {
    const { views } = depsOf(this.env, continueTrace(null));
    for (const [eventId, count] of seen) await views.count(eventId, count);
  }
}

/** What an auditor asks. */
export class AuditQuestions extends WorkerEntrypoint<EventsEnv> implements OutboxAudit {
  outbox() {
    return auditOf(this.env).outbox();
  }

  relay(keys: string[]) {
    return auditOf(this.env).relay(keys);
  }
}

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await env.SWEEPER.getByName("sweeper").poke();
  },
} satisfies ExportedHandler<EventsEnv>;
