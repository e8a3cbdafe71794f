import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import type { NotificationsAudit } from "#shared/rpc/audit/notifications.ts";
import { consumersNamed } from "#shared/saga/consumers.ts";
import { type NotificationsEnv, notificationsEnvironment } from "./env.ts";
import { notificationsAudit } from "./repositories/audited-notifications.ts";
import { serveNotifications } from "./routes/notifications.ts";
import { backendsOf, logger } from "./wiring.ts";

export { NotificationsConsumer, NotificationsDocuments, NotificationsSweeper } from "./objects.ts";

const app = serviceApp<NotificationsEnv>({
  service: "notifications",
  clock: systemClock,
  logger,
  gatewayKey: (env) => notificationsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveNotifications(app);
app.get("/health", async (c) => c.json(await askBackends(backendsOf(c.env), systemClock)));

/** What an auditor asks. */
export class AuditQuestions extends WorkerEntrypoint<NotificationsEnv> implements NotificationsAudit {
  mailsOf(bookingIds: string[]) {
    return notificationsAudit(this.env.DOCUMENTS.getByName("pool")).mailsOf(bookingIds);
  }
}

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await Promise.all(consumersNamed("notifications").map((name) => env.CONSUMER.getByName(name).nudge()));
    await env.SWEEPER.getByName("sweeper").poke();
  },
} satisfies ExportedHandler<NotificationsEnv>;
