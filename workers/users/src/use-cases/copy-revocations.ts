import { REVOKED, sessionKey } from "#shared/auth/revocation.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { set } from "#shared/redis/commands.ts";
import type { UsersDeps } from "./deps.ts";

/** One Redis call, well below what one may hold. */
const LIMIT = 50;
/** A sweep ends, whatever an outage left. */
const MAX_BATCHES = 20;

/** Clocks of the gateway and of Redis may be apart by so much. */
const SKEW_MS = 60_000;

type Deps = Pick<UsersDeps, "sessions" | "redis" | "clock" | "accessLifetimeMs">;

/**
 * Copies revocations, which are durable by then, to Redis, where the gateway looks first; each stays until the last
 * access token of its session has expired. Where Redis does not answer they are left for the sweeper: until then
 * the gateway learns of them from us, within VALID_MS.
 */
export async function copyRevocations(deps: Deps, sessionIds: string[]): Promise<void> {
  await unlessRedisIsDown(async () => {
    for (let from = 0; from < sessionIds.length; from += LIMIT)
      await copy(deps, sessionIds.slice(from, from + LIMIT));
  });
}

/** Copies what could not be copied at once; while Redis is down it waits for the next sweep. */
export async function copyLeftovers(deps: Deps): Promise<void> {
  await unlessRedisIsDown(async () => {
    for (let batches = 0; batches < MAX_BATCHES; batches++) {
      const left = await deps.sessions.uncopied(LIMIT);
      if (left.length > 0) await copy(deps, left);
      if (left.length < LIMIT) return;
    }
  });
}

async function copy({ sessions, redis, clock, accessLifetimeMs }: Deps, sessionIds: string[]): Promise<void> {
  const ttlMs = accessLifetimeMs + SKEW_MS;
  await redis.runAll(sessionIds.map((id) => set(sessionKey(id), REVOKED, ttlMs)));
  await sessions.copied(sessionIds, clock());
}

/** Its outage is logged by its circuit breaker. */
async function unlessRedisIsDown(copying: () => Promise<void>): Promise<void> {
  try {
    await copying();
  } catch (error) {
    if (!(error instanceof Unavailable && error.backend === "redis")) throw error;
  }
}
