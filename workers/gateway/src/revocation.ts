import { REVOKED, sessionKey, VALID, VALID_MS } from "#shared/auth/revocation.ts";
import type { AnyRoute, ServiceName } from "#shared/contracts/route.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { get, setIfAbsent } from "#shared/redis/commands.ts";
import type { Redis } from "#shared/redis/redis.ts";
import type { UsersRpc } from "#shared/rpc/users.ts";
import { within } from "#shared/within.ts";

/** Users answers this in milliseconds; who waits longer is told that it does not answer. */
const USERS_LIMIT_MS = 3_000;

/** What they show is money, or what people wrote to us: not for whom nobody can vouch. */
const CLOSED: readonly ServiceName[] = ["bookings", "payments", "operations"];

/**
 * Whether a caller is turned away when nobody can say that their session holds: on bookings, on payments, on what
 * operators do, and on whatever changes something. Only reads of the others go on.
 */
export function failsClosed({ method, meta }: Pick<AnyRoute, "method" | "meta">): boolean {
  return CLOSED.includes(meta.service) || method !== "get";
}

export interface RevocationDeps {
  redis: Redis;
  users: UsersRpc;
  /** Does something after the answer. */
  later(work: Promise<unknown>): void;
}

/**
 * Whether a session is over. Redis is asked first, users where Redis does not say: what is not in Redis may have been
 * lost, so absence is no answer. What users says is kept in Redis for {@link VALID_MS}.
 * @param closed whether an outage of both is an error; otherwise the session counts as valid
 * @throws Unavailable then
 */
export async function isRevoked(deps: RevocationDeps, sessionId: string, closed: boolean): Promise<boolean> {
  const key = sessionKey(sessionId);
  const known = await deps.redis.run(get(key)).catch(nothingIfUnavailable);
  if (known === REVOKED) return true;
  if (known === VALID) return false;
  const revoked = await askUsers(deps.users, sessionId).catch(nothingIfUnavailable);
  if (revoked === null) {
    if (closed) throw new Unavailable("users", "it could not say whether the session is revoked");
    return false;
  }
  // Never over what is there: a revocation that has come meanwhile stays.
  const note = deps.redis.run(setIfAbsent(key, revoked ? REVOKED : VALID, VALID_MS));
  deps.later(note.catch(nothingIfUnavailable));
  return revoked;
}

async function askUsers(users: UsersRpc, sessionId: string): Promise<boolean> {
  try {
    return await within(USERS_LIMIT_MS, users.isSessionRevoked(sessionId));
  } catch (error) {
    // Whatever the cause, RPC or its own database: it did not say.
    throw new Unavailable("users", error);
  }
}

function nothingIfUnavailable(error: unknown): null {
  if (error instanceof Unavailable) return null;
  throw error;
}
