import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { redisBackends } from "#shared/redis/backend-check.ts";
import { type UsersEnv, usersEnvironment } from "./env.ts";
import { serveJwks } from "./routes/jwks.ts";
import { serveLogin } from "./routes/login.ts";
import { serveMe } from "./routes/me.ts";
import { serveRegister } from "./routes/register.ts";
import { depsOf } from "./wiring.ts";

const app = serviceApp<UsersEnv>({
  service: "users",
  clock: systemClock,
  logger: jsonLogger("users"),
  gatewayKey: (env) => usersEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveRegister(app);
serveLogin(app);
serveMe(app);
serveJwks(app);
app.get("/health", async (c) => {
  const checks = [
    { name: "postgres", ask: () => depsOf(c.env).accounts.ping() },
    ...redisBackends(usersEnvironment(c.env)),
  ];
  return c.json(await askBackends(checks, systemClock));
});

export default app;
