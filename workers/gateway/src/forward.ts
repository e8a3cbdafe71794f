import type { Context } from "hono";
import { signInternalToken } from "#shared/auth/internal-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import type { Caller } from "#shared/auth/roles.ts";
import { systemClock } from "#shared/clock.ts";
import { type AnyRoute, DEFAULT_MAX_BODY_BYTES } from "#shared/contracts/route.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { InFlight } from "#shared/http/in-flight.ts";
import { within } from "#shared/within.ts";
import { wholeBody } from "./body.ts";
import { callerOf } from "./caller.ts";
import { serveFromEdge } from "./edge-cache/serve.ts";
import { type BackendService, BINDINGS, type GatewayHono, gatewayEnvironment } from "./env.ts";
import { addressOf } from "./rate-limits/address.ts";
import { takeTokens } from "./rate-limits/take.ts";
import { upgradeHeaders } from "./upgrade.ts";

/** A service has its own limits for what it asks of others; by then they are over. */
const LIMIT_MS = 30_000;
/** A plan of 25 MB takes its time. */
const LARGE_LIMIT_MS = 120_000;

/** What a service hears of the caller's request, with `If-None-Match`; every other header from outside stays outside. */
const PASSED_HEADERS = [
  "accept",
  "content-type",
  "content-length",
  "idempotency-key",
  "stripe-signature",
] as const;

/** Each service has its own: while one is slow the others are not refused. */
const underWay = new Map<BackendService, InFlight>();

/**
 * Answers a request: with what the edge keeps, or by its service.
 * @throws what {@link ask} throws
 */
export function forward(c: Context<GatewayHono>, route: AnyRoute): Promise<Response> {
  return serveFromEdge(c, route, (ifNoneMatch) => ask(c, route, ifNoneMatch));
}

/**
 * Sends a request on to its service, where not too many are under way there already.
 * @throws Problem SERVICE_UNAVAILABLE where there are, and what {@link forwarded} throws
 */
async function ask(c: Context<GatewayHono>, route: AnyRoute, ifNoneMatch: string | null): Promise<Response> {
  const service = route.meta.service as BackendService;
  const requests = underWay.get(service) ?? new InFlight(systemClock);
  underWay.set(service, requests);
  const leave = requests.enter();
  if (!leave) throw new Problem("SERVICE_UNAVAILABLE", "Too many requests are under way");
  const answer = forwarded(c, route, ifNoneMatch).finally(leave);
  // A caller who goes does not cut it off, so that it ends, and counts no more.
  c.executionCtx.waitUntil(answer.catch(() => undefined));
  return answer;
}

/**
 * Sends a request on to its service, with the caller's identity in a token of the gateway's own.
 * @throws what {@link callerOf} throws, where the route needs a caller, and what {@link takeTokens} throws
 */
async function forwarded(
  c: Context<GatewayHono>,
  route: AnyRoute,
  ifNoneMatch: string | null,
): Promise<Response> {
  const service = route.meta.service as BackendService;
  const headers = new Headers({ "x-request-id": c.get("requestId"), traceparent: c.get("traceparent") });
  for (const name of PASSED_HEADERS) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (ifNoneMatch !== null) headers.set("if-none-match", ifNoneMatch);
  const cookie = route.meta.cookies && signInCookie(c.req.header("cookie"));
  if (cookie) headers.set("cookie", cookie);
  if (route.meta.isUpgrade) {
    for (const [name, value] of Object.entries(await upgradeHeaders(c))) headers.set(name, value);
  }
  let caller: Caller | null = null;
  if (route.meta.access !== "public") {
    caller = await callerOf(c, route);
    headers.set("authorization", `Bearer ${await internalToken(c, route, caller)}`);
  } else if (route.meta.knowsCaller && c.req.header("authorization")) {
    caller = await callerOf(c, route).catch(asNobody);
    if (caller) headers.set("authorization", `Bearer ${await internalToken(c, route, caller)}`);
  }
  const url = new URL(c.req.url);
  const address = `https://${service}${url.pathname}${url.search}`;
  const { method } = c.req.raw;
  const body = await wholeBody(c.req.raw, route.meta.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  await limitRate(c, route, caller, body);
  try {
    const worker = c.env[BINDINGS[service]];
    const fetching = worker.fetch(address, { method, headers, body, redirect: "manual" });
    const answer = await within(route.meta.maxBodyBytes ? LARGE_LIMIT_MS : LIMIT_MS, fetching);
    return route.meta.cookies ? answer : withoutCookies(answer);
  } catch (error) {
    throw new Unavailable(service, error);
  }
}

/** The one cookie of ours among all that a browser has for the address. */
function signInCookie(header: string | undefined): string | undefined {
  return header?.split(/; */).find((cookie) => cookie.startsWith("ticketflow_oidc="));
}

/** No service sets a cookie but where the route says so. */
function withoutCookies(answer: Response): Response {
  if (!answer.headers.has("set-cookie")) return answer;
  const passed = new Response(answer.body, answer);
  passed.headers.delete("set-cookie");
  return passed;
}

async function limitRate(
  c: Context<GatewayHono>,
  { meta }: AnyRoute,
  caller: Caller | null,
  body: Uint8Array | null,
): Promise<void> {
  if (!meta.limits) return;
  const variables = gatewayEnvironment(c.env);
  const address = addressOf(c) ?? "";
  const deps = { limiters: c.env.RATE_LIMITER, variables };
  await takeTokens(deps, meta.limits, { address, userId: caller?.userId ?? null, body });
}

async function internalToken(c: Context<GatewayHono>, route: AnyRoute, caller: Caller): Promise<string> {
  const { key } = await importEd25519(gatewayEnvironment(c.env).GATEWAY_PRIVATE_KEY);
  return signInternalToken(caller, route.meta.service, key, systemClock());
}

/** A token that is not valid, or that nobody can verify now, where none is needed. */
function asNobody(error: unknown): null {
  if (error instanceof Problem || error instanceof Unavailable) return null;
  throw error;
}
