import type { Context } from "hono";
import { signInternalToken } from "#shared/auth/internal-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import { systemClock } from "#shared/clock.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { wholeBody } from "./body.ts";
import { callerOf } from "./caller.ts";
import { type BackendService, BINDINGS, type GatewayHono, gatewayEnvironment } from "./env.ts";

/** What a service hears of the caller's request; every other header from outside stays outside. */
const PASSED_HEADERS = [
  "accept",
  "content-type",
  "content-length",
  "idempotency-key",
  "if-none-match",
  "stripe-signature",
] as const;

/**
 * Sends a request on to its service, with the caller's identity in a token of the gateway's own.
 * @throws what {@link callerOf} throws, where the route needs a caller
 */
export async function forward(c: Context<GatewayHono>, route: AnyRoute): Promise<Response> {
  const service = route.meta.service as BackendService;
  const headers = new Headers({ "x-request-id": c.get("requestId"), traceparent: c.get("traceparent") });
  for (const name of PASSED_HEADERS) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (route.meta.access !== "public") {
    headers.set("authorization", `Bearer ${await internalToken(c, route)}`);
  } else if (route.meta.knowsCaller && c.req.header("authorization")) {
    const token = await internalToken(c, route).catch(asNobody);
    if (token) headers.set("authorization", `Bearer ${token}`);
  }
  const url = new URL(c.req.url);
  const address = `https://${service}${url.pathname}${url.search}`;
  const { method } = c.req.raw;
  const body = await wholeBody(c.req.raw);
  try {
    return await c.env[BINDINGS[service]].fetch(address, { method, headers, body, redirect: "manual" });
  } catch (error) {
    throw new Unavailable(service, error);
  }
}

async function internalToken(c: Context<GatewayHono>, route: AnyRoute): Promise<string> {
  const caller = await callerOf(c, route);
  const { key } = await importEd25519(gatewayEnvironment(c.env).GATEWAY_PRIVATE_KEY);
  return signInternalToken(caller, route.meta.service, key, systemClock());
}

/** A token that is not valid, or that nobody can verify now, where none is needed. */
function asNobody(error: unknown): null {
  if (error instanceof Problem || error instanceof Unavailable) return null;
  throw error;
}
