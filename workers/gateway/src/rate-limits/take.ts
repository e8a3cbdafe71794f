import type { RateLimiterRpc } from "#durable-objects/rate-limiter/rpc.ts";
import type { RateLimitName } from "#shared/contracts/rate-limits.ts";
import { RateLimited, Unavailable } from "#shared/errors/problem.ts";
import { within } from "#shared/within.ts";
import { digestOf } from "../digest.ts";
import { networkOf } from "./address.ts";
import { failsOpen, limitOf, type rateLimitVariables } from "./limits.ts";

/** Each shard is one object, so one thread: enough of them that a sale is spread, few enough that they stay awake. */
const SHARDS = 16;
/** A shard answers in milliseconds. */
const LIMIT_MS = 1_000;

/** What is known of who asks. */
export interface Asker {
  address: string;
  userId: string | null;
  body: Uint8Array | null;
}

export interface RateLimitDeps {
  limiters: { getByName(name: string): RateLimiterRpc };
  variables: Record<keyof typeof rateLimitVariables, string>;
}

/**
 * Takes a token from each bucket of a route, in order: who is refused by the first takes none from the second.
 * @throws RateLimited when one is empty
 * @throws Unavailable when a shard does not answer and its limit does not do without
 */
export async function takeTokens(
  { limiters, variables }: RateLimitDeps,
  names: readonly RateLimitName[],
  asker: Asker,
): Promise<void> {
  for (const name of names) {
    const key = keyOf(name, asker);
    if (key === null) continue;
    const { shard, bucket } = await placeOf(`${name}:${key}`);
    const taken = await within(
      LIMIT_MS,
      limiters.getByName(shard).take(bucket, limitOf(variables, name)),
    ).catch((error: unknown) => {
      if (failsOpen(name)) return { ok: true } as const;
      throw new Unavailable("rate-limiter", error);
    });
    if (!taken.ok) throw new RateLimited(taken.retryAfterMs);
  }
}

/** By whom a bucket is kept; null when the request does not say, which the service will refuse. */
function keyOf(name: RateLimitName, { address, userId, body }: Asker): string | null {
  if (name.endsWith("by address")) return networkOf(address);
  return name.endsWith("by user") ? userId : emailIn(body);
}

/** As users compares it. What is no JSON, or has no such text, has no email. */
function emailIn(body: Uint8Array | null): string | null {
  try {
    const { email } = JSON.parse(new TextDecoder().decode(body ?? new ArrayBuffer(0)));
    return typeof email === "string" ? email.toLowerCase() : null;
  } catch {
    return null;
  }
}

/** The shard and the bucket of a key, by its hash: no email is kept. */
async function placeOf(key: string): Promise<{ shard: string; bucket: string }> {
  const { name: bucket, spare } = await digestOf(key);
  return { shard: `shard-${spare % SHARDS}`, bucket };
}
