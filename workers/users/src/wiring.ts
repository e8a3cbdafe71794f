import type { OpenAPIHono } from "@hono/zod-openapi";
import { importEd25519 } from "#shared/auth/keys.ts";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { database } from "#shared/postgres/database.ts";
import { type UsersEnv, usersEnvironment } from "./env.ts";
import { postgresAccounts } from "./repositories/accounts.ts";
import type { UsersDeps } from "./use-cases/deps.ts";

export type UsersApp = OpenAPIHono<ServiceEnv<UsersEnv>>;

const HOUR_MS = 3_600_000;

/** What the use cases need, from the Worker's environment. */
export function depsOf(env: object): UsersDeps {
  const variables = usersEnvironment(env);
  return {
    accounts: postgresAccounts(database(variables)),
    clock: systemClock,
    async signer() {
      const { key, jwk } = await importEd25519(variables.JWT_PRIVATE_KEY);
      return { key, kid: jwk.kid ?? "", jwk };
    },
    accessLifetimeMs: variables.JWT_EXPIRY_HOURS * HOUR_MS,
    refreshLifetimeMs: variables.REFRESH_EXPIRY_DAYS * 24 * HOUR_MS,
  };
}
