import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { type OperationsEnv, operationsEnvironment } from "./env.ts";
import { serveDecideDeadLetters } from "./routes/decide-dead-letters.ts";
import { serveReadDeadLetters } from "./routes/read-dead-letters.ts";
import { logger, topicLogOf } from "./wiring.ts";

const app = serviceApp<OperationsEnv>({
  service: "operations",
  clock: systemClock,
  logger,
  gatewayKey: (env) => operationsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveReadDeadLetters(app);
serveDecideDeadLetters(app);
app.get("/health", async (c) => {
  const checks = [{ name: "kafka", ask: () => topicLogOf(c.env).ping() }];
  return c.json(await askBackends(checks, systemClock));
});

export default { fetch: app.fetch } satisfies ExportedHandler<OperationsEnv>;
