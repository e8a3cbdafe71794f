import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { relayKeys } from "#shared/postgres/audited-outbox.ts";
import { redisBackends } from "#shared/redis/backend-check.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { UsersRpc } from "#shared/rpc/users.ts";
import { type UsersEnv, usersEnvironment } from "./env.ts";
import { serveJwks } from "./routes/jwks.ts";
import { serveLogin } from "./routes/login.ts";
import { serveMe } from "./routes/me.ts";
import { serveOidc } from "./routes/oidc.ts";
import { serveRegister } from "./routes/register.ts";
import { serveRole } from "./routes/role.ts";
import { serveSessions } from "./routes/sessions.ts";
import { auditedOutboxOf, depsOf, logger, topicLogOf } from "./wiring.ts";

export { UsersSweeper } from "./objects.ts";

const app = serviceApp<UsersEnv>({
  service: "users",
  clock: systemClock,
  logger,
  gatewayKey: (env) => usersEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveRegister(app);
serveLogin(app);
serveSessions(app);
serveOidc(app);
serveMe(app);
serveRole(app);
serveJwks(app);
app.get("/health", async (c) => {
  const checks = [
    { name: "postgres", ask: () => depsOf(c.env).accounts.ping() },
    { name: "kafka", ask: () => topicLogOf(c.env).ping() },
    ...redisBackends(usersEnvironment(c.env)),
  ];
  return c.json(await askBackends(checks, systemClock));
});

/** What the gateway asks. */
export class UsersQuestions extends WorkerEntrypoint<UsersEnv> implements UsersRpc {
  isSessionRevoked(sessionId: string) {
    return depsOf(this.env).sessions.isRevoked(sessionId);
  }
}

/** What an auditor asks. */
export class AuditQuestions extends WorkerEntrypoint<UsersEnv> implements OutboxAudit {
  outbox() {
    return auditedOutboxOf(this.env).facts();
  }

  relay(keys: string[]) {
    return relayKeys({ ...depsOf(this.env), audited: auditedOutboxOf(this.env) }, keys);
  }
}

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await env.SWEEPER.getByName("sweeper").poke();
  },
} satisfies ExportedHandler<UsersEnv>;
