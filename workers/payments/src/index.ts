import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import type { PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import { consumersNamed } from "#shared/saga/consumers.ts";
import { type PaymentsEnv, paymentsEnvironment } from "./env.ts";
import { servePayments } from "./routes/payments.ts";
import { serveStripeWebhook } from "./routes/stripe-webhook.ts";
import { auditOf, depsOf, logger, topicLogOf } from "./wiring.ts";

export { PaymentsConsumer, PaymentsDocuments, PaymentsSweeper } from "./objects.ts";

const app = serviceApp<PaymentsEnv>({
  service: "payments",
  clock: systemClock,
  logger,
  gatewayKey: (env) => paymentsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

servePayments(app);
serveStripeWebhook(app);
app.get("/health", async (c) => {
  const { payments, provider } = depsOf(c.env);
  const checks = [
    { name: "mongodb", ask: () => payments.ping() },
    { name: "stripe", ask: () => provider.ping() },
    { name: "kafka", ask: () => topicLogOf(c.env).ping() },
  ];
  return c.json(await askBackends(checks, systemClock));
});

/** What an auditor asks, and asks for. */
export class AuditQuestions extends WorkerEntrypoint<PaymentsEnv> implements PaymentsAudit {
  payments(asked: Parameters<PaymentsAudit["payments"]>[0]) {
    return auditOf(this.env).payments(asked);
  }

  paymentsOf(bookingIds: string[]) {
    return auditOf(this.env).paymentsOf(bookingIds);
  }

  stripe(asked: Parameters<PaymentsAudit["stripe"]>[0]) {
    return auditOf(this.env).stripe(asked);
  }

  outbox() {
    return auditOf(this.env).outbox();
  }

  relay(keys: string[]) {
    return auditOf(this.env).relay(keys);
  }

  look(bookingId: string) {
    return auditOf(this.env).look(bookingId);
  }

  release(asked: Parameters<PaymentsAudit["release"]>[0]) {
    return auditOf(this.env).release(asked);
  }
}

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await Promise.all(consumersNamed("payments").map((name) => env.CONSUMER.getByName(name).nudge()));
    await env.SWEEPER.getByName("sweeper").poke();
  },
} satisfies ExportedHandler<PaymentsEnv>;
