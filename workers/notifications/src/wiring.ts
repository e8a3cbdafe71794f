import type { OpenAPIHono } from "@hono/zod-openapi";
import { spreadPool } from "#durable-objects/document-pool/spread.ts";
import { backendGuard } from "#shared/backend-guard.ts";
import { systemClock } from "#shared/clock.ts";
import type { BackendCheck } from "#shared/http/health.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import type { Mailer } from "./core/mailer.ts";
import { type NotificationsEnv, notificationsEnvironment } from "./env.ts";
import { mongoNotifications } from "./repositories/notifications.ts";
import { guarded } from "./smtp/guarded.ts";
import { smtpMailer } from "./smtp/smtp-mailer.ts";
import type { NotificationsDeps } from "./use-cases/deps.ts";

export type NotificationsApp = OpenAPIHono<ServiceEnv<NotificationsEnv>>;

export const logger = jsonLogger("notifications");

/** How long nobody asks a mail server that has just failed: a moment at first, longer while it stays out. */
const COOL_DOWN_MS = 1_000;
const LONGEST_COOL_DOWN_MS = 10_000;

/** One for each isolate: what one consumer has found out the others need not. */
const breaker = backendGuard({
  ...{ backend: "mail", logger, threshold: 1 },
  ...{ coolDownMs: COOL_DOWN_MS, longestCoolDownMs: LONGEST_COOL_DOWN_MS },
});

/** What the use cases and handlers need, from the Worker's environment. */
export function depsOf(env: NotificationsEnv): NotificationsDeps {
  return {
    notifications: mongoNotifications(spreadPool(env.DOCUMENTS)),
    mailer: guarded(mailerOf(env), breaker),
    from: notificationsEnvironment(env).EMAIL_FROM,
    clock: systemClock,
    random: Math.random,
    logger,
  };
}

/** What the service stands on. Nobody waits for a mail: without a mail server the platform does its work. */
export function backendsOf(env: NotificationsEnv): BackendCheck[] {
  return [
    { name: "mongodb", ask: () => mongoNotifications(env.DOCUMENTS.getByName("pool")).ping() },
    { name: "mail", optional: true, ask: () => mailerOf(env).ping() },
    { name: "kafka", ask: () => topicLogOf(env).ping() },
  ];
}

function mailerOf(env: NotificationsEnv): Mailer {
  const { SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD, EMAIL_FROM } = notificationsEnvironment(env);
  const credentials =
    SMTP_USERNAME && SMTP_PASSWORD ? { username: SMTP_USERNAME, password: SMTP_PASSWORD } : null;
  return smtpMailer({ host: SMTP_HOST, port: SMTP_PORT, from: EMAIL_FROM, credentials });
}

export function topicLogOf(env: NotificationsEnv): TopicLog {
  return topicLog(notificationsEnvironment(env), logger);
}
