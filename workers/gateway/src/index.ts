import { Hono } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { systemClock } from "#shared/clock.ts";
import { openApiDocument, publicRoutes } from "#shared/contracts/openapi.ts";
import { stripeWebhookRoute } from "#shared/contracts/payments.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { problemForStatus, problemResponse } from "#shared/http/problem-response.ts";
import { newId } from "#shared/ids/id.ts";
import { describeError, jsonLogger } from "#shared/observability/log.ts";
import { continueTrace, traceIdOf } from "#shared/observability/trace.ts";
import { drain } from "./body.ts";
import { docs } from "./docs.ts";
import { type GatewayHono, gatewayEnvironment } from "./env.ts";
import { forward } from "./forward.ts";
import { health } from "./health.ts";
import { methodsByPath } from "./methods.ts";

export { RateLimiter } from "#durable-objects/rate-limiter/object.ts";
export { EdgeCache } from "./edge-cache/entrypoint.ts";

const logger = jsonLogger("gateway");
const app = new Hono<GatewayHono>();

app.use(async (c, next) => {
  const startedAt = systemClock();
  c.set("requestId", newId("req", startedAt));
  c.set("traceparent", continueTrace(c.req.header("traceparent")));
  await next();
  await drain(c.req.raw);
  c.res = new Response(c.res.body, c.res);
  c.res.headers.set("x-request-id", c.get("requestId"));
  const { method, path } = c.req;
  const fields = { requestId: c.get("requestId"), traceId: traceIdOf(c.get("traceparent")) };
  logger.info("request", { method, path, status: c.res.status, ms: systemClock() - startedAt, ...fields });
});

app.use(async (c, next) => {
  // Stripe is no browser; a page has no business at its address.
  if (c.req.path === stripeWebhookRoute.path) return next();
  const origins = gatewayEnvironment(c.env).CORS_ORIGINS.split(",");
  const allow = cors({
    origin: origins.includes("*") ? "*" : origins,
    exposeHeaders: ["location", "etag", "x-request-id", "retry-after", "age", "cache-status"],
    maxAge: 600,
  });
  return allow(c, next);
});

app.get("/health", health);
app.get("/openapi.json", (c) => c.json(openApiDocument(new URL(c.req.url).origin)));
for (const [path, serveDocs] of Object.entries(docs)) app.get(path, serveDocs);

for (const route of publicRoutes) {
  if (route.meta.service === "gateway") continue;
  app.on(route.method.toUpperCase(), route.getRoutingPath(), (c) => forward(c, route));
}

for (const [path, methods] of methodsByPath(app.routes)) {
  // Preflights have been answered by then; what is left is a method that the address does not take.
  app.all(path, (c) => {
    const refusal = problemResponse(new Problem("METHOD_NOT_ALLOWED"), c.get("requestId"), c.req.path);
    refusal.headers.set("allow", methods.join(", "));
    return refusal;
  });
}

app.notFound((c) => problemResponse(new Problem("NOT_FOUND"), c.get("requestId"), c.req.path));

app.onError((error, c) => {
  const requestId = c.get("requestId");
  if (error instanceof Problem) return problemResponse(error, requestId, c.req.path);
  if (error instanceof HTTPException)
    return problemResponse(problemForStatus(error.status), requestId, c.req.path);
  const isUnavailable = error instanceof Unavailable;
  logger[isUnavailable ? "warn" : "error"]("request failed", { requestId, error: describeError(error) });
  return problemResponse(
    new Problem(isUnavailable ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR"),
    requestId,
    c.req.path,
  );
});

export default app;
