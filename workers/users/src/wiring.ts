import type { OpenAPIHono } from "@hono/zod-openapi";
import { importEd25519 } from "#shared/auth/keys.ts";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { describeError, jsonLogger } from "#shared/observability/log.ts";
import { type AuditedOutbox, auditedOutbox } from "#shared/postgres/audited-outbox.ts";
import { database } from "#shared/postgres/database.ts";
import { postgresOutbox } from "#shared/postgres/outbox.ts";
import { type OutboxRow, relay } from "#shared/postgres/relay.ts";
import { redis } from "#shared/redis/redis.ts";
import { type UsersEnv, usersEnvironment } from "./env.ts";
import { postgresAccounts } from "./repositories/accounts.ts";
import { postgresIdentities } from "./repositories/identities.ts";
import { postgresSessions } from "./repositories/sessions.ts";
import type { UsersDeps } from "./use-cases/deps.ts";

export type UsersApp = OpenAPIHono<ServiceEnv<UsersEnv>>;

export const logger = jsonLogger("users");

const HOUR_MS = 3_600_000;

/** What the use cases need, from the Worker's environment. */
export function depsOf(env: UsersEnv): UsersDeps {
  const variables = usersEnvironment(env);
  const db = database(variables, logger);
  const log = topicLogOf(env);
  const nudge = nudger({ notifications: env.NOTIFICATIONS_CONSUMER }, systemClock);
  return {
    accounts: postgresAccounts(db),
    sessions: postgresSessions(db),
    identities: postgresIdentities(db),
    outbox: postgresOutbox(db),
    redis: redis(variables, { clock: systemClock, logger }),
    clock: systemClock,
    logger,
    async signer() {
      const { key, jwk } = await importEd25519(variables.JWT_PRIVATE_KEY);
      return { key, kid: jwk.kid ?? "", jwk };
    },
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
    accessLifetimeMs: variables.JWT_EXPIRY_HOURS * HOUR_MS,
    refreshLifetimeMs: variables.REFRESH_EXPIRY_DAYS * 24 * HOUR_MS,
  };
}

export function auditedOutboxOf(env: UsersEnv): AuditedOutbox {
  return auditedOutbox(database(usersEnvironment(env), logger));
}

export function topicLogOf(env: UsersEnv): TopicLog {
  return topicLog(usersEnvironment(env), logger);
}

/** Sends what was just written; where that fails, the sweeper sends it. */
export async function relaySoon(deps: UsersDeps, rows: OutboxRow[]): Promise<void> {
  try {
    await relay(deps, rows);
  } catch (error) {
    deps.logger.warn("left for the sweeper", { error: describeError(error) });
  }
}
