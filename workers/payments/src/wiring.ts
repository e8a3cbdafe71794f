import type { OpenAPIHono } from "@hono/zod-openapi";
import { spreadPool } from "#durable-objects/document-pool/spread.ts";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import type { PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import type { PaymentProvider } from "./core/provider.ts";
import { type PaymentsEnv, paymentsEnvironment } from "./env.ts";
import { mongoAuditedPayments } from "./repositories/audited-payments.ts";
import { mongoPayments } from "./repositories/payments.ts";
import { mongoReconciliation } from "./repositories/reconciliation.ts";
import { guarded } from "./stripe/guarded.ts";
import { stripeClient, stripeProvider } from "./stripe/stripe-provider.ts";
import { paymentsAudit } from "./use-cases/audit.ts";
import type { PaymentsDeps } from "./use-cases/deps.ts";

export type PaymentsApp = OpenAPIHono<ServiceEnv<PaymentsEnv>>;

export const logger = jsonLogger("payments");

/** About what Stripe takes for a call: by then those that were asked at the same time have their answers. */
const GATHERING_MS = 40;

/** What the use cases and handlers need, from the Worker's environment. */
export function depsOf(env: PaymentsEnv): PaymentsDeps {
  const log = topicLogOf(env);
  const nudge = nudger(
    { bookings: env.BOOKINGS_CONSUMER, notifications: env.NOTIFICATIONS_CONSUMER },
    systemClock,
  );
  const pool = spreadPool(env.DOCUMENTS);
  return {
    payments: mongoPayments(pool),
    reconciliation: mongoReconciliation(pool),
    provider: providerOf(env),
    clock: systemClock,
    logger,
    gathering: () => scheduler.wait(GATHERING_MS),
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
  };
}

/** What an auditor may ask, from the Worker's environment. */
export function auditOf(env: PaymentsEnv): PaymentsAudit {
  const deps = depsOf(env);
  return paymentsAudit(deps, mongoAuditedPayments(env.DOCUMENTS.getByName("pool"), deps.send));
}

/** By the variables of an environment, which are kept: making one costs more than a call. */
const clients = new WeakMap<object, ReturnType<typeof stripeClient>>();

export function stripeOf(env: PaymentsEnv) {
  const variables = paymentsEnvironment(env);
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_API_BASE: apiBase } = variables;
  const client = clients.get(variables) ?? stripeClient({ secretKey, apiBase });
  clients.set(variables, client);
  return client;
}

/** By the variables of an environment, which are kept: so the circuit breaker's state is the isolate's. */
const providers = new WeakMap<object, PaymentProvider>();

function providerOf(env: PaymentsEnv): PaymentProvider {
  const variables = paymentsEnvironment(env);
  const before = providers.get(variables);
  if (before) return before;
  const provider = stripeProvider(stripeOf(env), variables.CHECKOUT_RETURN_URL);
  const made = guarded(provider, { clock: systemClock, logger });
  providers.set(variables, made);
  return made;
}

export function topicLogOf(env: PaymentsEnv): TopicLog {
  return topicLog(paymentsEnvironment(env), logger);
}
