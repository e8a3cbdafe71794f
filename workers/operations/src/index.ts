import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { type OperationsEnv, operationsEnvironment } from "./env.ts";
import { serveAudits } from "./routes/audits.ts";
import { serveDecideDeadLetters } from "./routes/decide-dead-letters.ts";
import { serveReadDeadLetters } from "./routes/read-dead-letters.ts";
import { serveSeatsAt } from "./routes/seats-at.ts";
import { auditorOf, logger, topicLogOf } from "./wiring.ts";

export { OperationsAuditor } from "./objects.ts";

const app = serviceApp<OperationsEnv>({
  service: "operations",
  clock: systemClock,
  logger,
  gatewayKey: (env) => operationsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveReadDeadLetters(app);
serveDecideDeadLetters(app);
serveAudits(app);
serveSeatsAt(app);
app.get("/health", async (c) => {
  const checks = [{ name: "kafka", ask: () => topicLogOf(c.env).ping() }];
  return c.json(await askBackends(checks, systemClock));
});

/** Looks and does not mend: what is mended is a person's decision. */
const SCHEDULED = { repair: false, eventId: null, startedBy: "schedule" };

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await auditorOf(env).startIfDue(SCHEDULED);
  },
} satisfies ExportedHandler<OperationsEnv>;
