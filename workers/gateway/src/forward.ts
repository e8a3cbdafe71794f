import type { Context } from "hono";
import { verifyAccessToken } from "#shared/auth/access-token.ts";
import { signInternalToken } from "#shared/auth/internal-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import { systemClock } from "#shared/clock.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { wholeBody } from "./body.ts";
import { type BackendService, BINDINGS, type GatewayHono, gatewayEnvironment } from "./env.ts";
import { verificationKeys } from "./keys.ts";

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
 * @throws Problem UNAUTHENTICATED when the route needs a caller and the token is not valid
 */
export async function forward(c: Context<GatewayHono>, route: AnyRoute): Promise<Response> {
  const service = route.meta.service as BackendService;
  const headers = new Headers({ "x-request-id": c.get("requestId"), traceparent: c.get("traceparent") });
  for (const name of PASSED_HEADERS) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (route.meta.access !== "public") {
    headers.set("authorization", `Bearer ${await internalToken(c, service)}`);
  } else if (route.meta.knowsCaller && c.req.header("authorization")) {
    const token = await internalToken(c, service).catch(asNobody);
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

async function internalToken(c: Context<GatewayHono>, service: BackendService): Promise<string> {
  const token = /^Bearer ([A-Za-z0-9._-]+)$/.exec(c.req.header("authorization") ?? "")?.[1];
  if (!token) throw new Problem("UNAUTHENTICATED");
  const now = systemClock();
  const identity = await verifyAccessToken(token, await verificationKeys(c.env.USERS, systemClock), now);
  if (!identity) throw new Problem("UNAUTHENTICATED", "The access token is not valid, or not valid any more");
  const { key } = await importEd25519(gatewayEnvironment(c.env).GATEWAY_PRIVATE_KEY);
  return signInternalToken(identity, service, key, now);
}

/** A token that is not valid, or that nobody can verify now, where none is needed. */
function asNobody(error: unknown): null {
  if (error instanceof Problem || error instanceof Unavailable) return null;
  throw error;
}
