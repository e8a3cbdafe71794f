import { OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { verifyInternalToken } from "../auth/internal-token.ts";
import { importEd25519 } from "../auth/keys.ts";
import type { Caller } from "../auth/roles.ts";
import type { Clock } from "../clock.ts";
import type { AnyRoute } from "../contracts/route.ts";
import { Problem, Unavailable } from "../errors/problem.ts";
import { describeError, type Logger } from "../observability/log.ts";
import { continueTrace, traceIdOf } from "../observability/trace.ts";
import { InFlight } from "./in-flight.ts";
import { problemForStatus, problemResponse } from "./problem-response.ts";

/** What every request inside a service knows. */
export interface ServiceVariables {
  requestId: string;
  traceparent: string;
  identity: Caller | null;
}

export type ServiceEnv<B extends object = object> = { Bindings: B; Variables: ServiceVariables };

interface ServiceOptions {
  service: string;
  clock: Clock;
  logger: Logger;
  /** The gateway's public key (Ed25519 JSON Web Key text), from the Worker's environment. */
  gatewayKey(env: object): string;
}

/**
 * The Hono app of a service behind the gateway: request ids, identity from the gateway's token,
 * validation errors and every other error as problem documents, one log line a request.
 */
export function serviceApp<B extends object>(options: ServiceOptions) {
  const app = new OpenAPIHono<ServiceEnv<B>>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.slice(0, 50).map((issue) => ({
        path: issue.path.join("."),
        message: issue.message,
      }));
      throw new Problem("VALIDATION_ERROR", undefined, errors);
    },
  });
  app.use(oneOfMany(options.clock));
  app.use(requestContext(options));
  app.notFound((c) => problemResponse(new Problem("NOT_FOUND"), c.get("requestId"), c.req.path));
  app.onError((error, c) => {
    const request = { requestId: c.get("requestId"), path: c.req.path };
    return problemResponse(toProblem(error, request, options.logger), request.requestId, request.path);
  });
  return app;
}

/** Serves one route of the contract: its access rule first, then its handler. */
export function serve<B extends object, R extends AnyRoute>(
  app: OpenAPIHono<ServiceEnv<B>>,
  route: R,
  handler: RouteHandler<R, ServiceEnv<B>>,
): void {
  app.on(route.method, route.getRoutingPath(), accessGuard(route));
  app.openapi(route, handler);
}

/** The caller; only for routes that are not public, where the guard has seen to it that there is one. */
export function identityOf(c: { get(key: "identity"): Caller | null }): Caller {
  const identity = c.get("identity");
  if (!identity) throw new Problem("UNAUTHENTICATED");
  return identity;
}

/** The media type alone, or with parameters such as a charset. */
const JSON_TYPE = /^application\/json *(;|$)/;

function accessGuard(route: AnyRoute): MiddlewareHandler<{ Variables: ServiceVariables }> {
  const { access } = route.meta;
  return async (c, next) => {
    if (access !== "public" && !access.includes(identityOf(c).role)) throw new Problem("FORBIDDEN");
    const body = route.request?.body;
    const type = c.req.header("content-type");
    const isLeftOut = body?.required === false && type === undefined;
    if (body && !isLeftOut && !JSON_TYPE.test(type ?? "")) {
      throw new Problem("UNSUPPORTED_MEDIA_TYPE");
    }
    await next();
  };
}

function requestContext(options: ServiceOptions): MiddlewareHandler<{ Variables: ServiceVariables }> {
  const { clock, logger, service } = options;
  return async (c, next) => {
    const startedAt = clock();
    c.set("requestId", c.req.header("x-request-id") ?? "");
    c.set("traceparent", continueTrace(c.req.header("traceparent")));
    c.set("identity", await identityFrom(c.req.header("authorization"), service, options, c.env ?? {}));
    await next();
    logger.info("request", {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: clock() - startedAt,
      // Health is asked by the gateway itself, for no request from outside.
      ...(c.get("requestId") ? { requestId: c.get("requestId") } : {}),
      traceId: traceIdOf(c.get("traceparent")),
    });
  };
}

/** Refuses what is one too many, but not who asks how the service is. */
function oneOfMany(clock: Clock): MiddlewareHandler<{ Variables: ServiceVariables }> {
  const requests = new InFlight(clock);
  return async (c, next) => {
    if (c.req.path === "/health") return next();
    const leave = requests.enter();
    if (!leave) {
      c.set("requestId", c.req.header("x-request-id") ?? "");
      throw new Problem("SERVICE_UNAVAILABLE", "Too many requests are under way");
    }
    try {
      await next();
    } finally {
      leave();
    }
  };
}

async function identityFrom(
  header: string | undefined,
  service: string,
  options: ServiceOptions,
  env: object,
) {
  const token = /^Bearer (.+)$/.exec(header ?? "")?.[1];
  if (!token) return null;
  const { key } = await importEd25519(options.gatewayKey(env));
  return verifyInternalToken(token, service, key, options.clock());
}

function toProblem(error: Error, request: { requestId: string; path: string }, logger: Logger): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return problemForStatus(error.status);
  const fields = { error: describeError(error), ...request };
  if (error instanceof Unavailable) {
    logger.warn("unavailable", { ...fields, cause: describeError(error.cause) });
    return new Problem("SERVICE_UNAVAILABLE");
  }
  logger.error("unexpected error", { ...fields, stack: error.stack?.slice(0, 2_000) });
  return new Problem("INTERNAL_ERROR");
}
