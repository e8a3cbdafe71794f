import type { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "#shared/clock.ts";
import type { DecideDeps } from "#shared/dead-letters/decide.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { type OperationsEnv, operationsEnvironment } from "./env.ts";
import { sqliteToldStore } from "./repositories/sqlite-told-store.ts";
import type { AuditDeps } from "./use-cases/audit-page.ts";

export type OperationsApp = OpenAPIHono<ServiceEnv<OperationsEnv>>;

export const logger = jsonLogger("operations");

/** What decisions about dead letters need. Whoever consumes a message that is sent once more is woken for it. */
export function lettersOf(env: OperationsEnv): DecideDeps {
  const consumers = {
    inventory: env.INVENTORY_CONSUMER,
    bookings: env.BOOKINGS_CONSUMER,
    payments: env.PAYMENTS_CONSUMER,
    notifications: env.NOTIFICATIONS_CONSUMER,
  };
  const nudge = nudger(consumers, systemClock);
  const log = topicLogOf(env);
  const produce: TopicLog["produce"] = async (records) => {
    await log.produce(records);
    nudge(records);
  };
  return { log: { ...log, produce }, clock: systemClock };
}

/** The one auditor. */
export const auditorOf = (env: OperationsEnv) => env.AUDITOR.getByName("auditor");

/** Whom an audit asks. @param storage the auditor's own, for what it keeps of a run */
export function auditOf(env: OperationsEnv, storage: DurableObjectStorage): AuditDeps {
  return {
    log: topicLogOf(env),
    users: env.USERS_AUDIT,
    events: env.EVENTS_AUDIT,
    inventory: env.INVENTORY_AUDIT,
    ledger: env.INVENTORY_LEDGER,
    bookings: env.BOOKINGS_AUDIT,
    payments: env.PAYMENTS_AUDIT,
    notifications: env.NOTIFICATIONS_AUDIT,
    told: sqliteToldStore(storage),
    clock: systemClock,
  };
}

export function topicLogOf(env: OperationsEnv): TopicLog {
  return topicLog(operationsEnvironment(env), logger);
}
