import type { Context } from "hono";
import { decodeProtectedHeader } from "jose";
import { verifyAccessToken } from "#shared/auth/access-token.ts";
import type { Caller } from "#shared/auth/roles.ts";
import { systemClock } from "#shared/clock.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { Problem } from "#shared/errors/problem.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { redis } from "#shared/redis/redis.ts";
import { type GatewayHono, gatewayEnvironment } from "./env.ts";
import { verificationKeys } from "./keys.ts";
import { failsClosed, isRevoked } from "./revocation.ts";

const logger = jsonLogger("gateway");

/**
 * Who calls a route that is not public.
 * @throws Problem UNAUTHENTICATED when there is no token, or it is not valid, or its session is over
 * @throws Unavailable when that cannot be told, and the route does not do without
 */
export async function callerOf(c: Context<GatewayHono>, route: AnyRoute): Promise<Caller> {
  const token = /^Bearer ([A-Za-z0-9._-]+)$/.exec(c.req.header("authorization") ?? "")?.[1];
  if (!token) throw new Problem("UNAUTHENTICATED");
  const keys = await verificationKeys(c.env.USERS, systemClock, kidOf(token));
  const caller = await verifyAccessToken(token, keys, systemClock());
  const isOver =
    caller !== null && (await isRevoked(revocationDeps(c), caller.sessionId, failsClosed(route)));
  if (!caller || isOver)
    throw new Problem("UNAUTHENTICATED", "The access token is not valid, or not valid any more");
  return caller;
}

/** The name that a token gives its key; undefined in what is no token. */
function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

function revocationDeps(c: Context<GatewayHono>) {
  return {
    redis: redis(gatewayEnvironment(c.env), { clock: systemClock, logger }),
    users: c.env.SESSIONS,
    later: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
  };
}
