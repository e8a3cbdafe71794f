import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Clock } from "#shared/clock.ts";
import { jwksRoute } from "#shared/contracts/users.ts";
import { Unavailable } from "#shared/errors/problem.ts";

/** How long the key set of users is used before it is asked for again: so long a key lives on that was taken out. */
const FRESH_MS = 5 * 60_000;
/**
 * How often an unknown key's name may have the set fetched again: a new key is known within this, and tokens with
 * made-up names cost users one request in it.
 */
const REFETCH_MS = 10_000;

/** Users answers this in milliseconds, and every request waits for it. */
const USERS_LIMIT_MS = 3_000;

interface KeySet {
  kids: Set<string | undefined>;
  keys: JWTVerifyGetKey;
  fetchedAt: number;
}

/** Plain data, so that no request waits for another's fetch: at worst two ask at the same time. */
export type KeyCache = { current: KeySet | null };

const ofIsolate: KeyCache = { current: null };

/**
 * The keys that verify access tokens, from users' JWKS; kept for {@link FRESH_MS}, and longer while users does not
 * answer. Asked again sooner for a token that names a key that is not there, at most once in {@link REFETCH_MS}.
 * @throws Unavailable when there is no key set yet and users does not answer
 */
export async function verificationKeys(
  users: { fetch(address: string, init: { signal: AbortSignal }): Promise<Response> },
  clock: Clock,
  kid: string | undefined,
  cache = ofIsolate,
): Promise<JWTVerifyGetKey> {
  const { current } = cache;
  if (current) {
    const age = clock() - current.fetchedAt;
    if (age < (current.kids.has(kid) ? FRESH_MS : REFETCH_MS)) return current.keys;
  }
  try {
    const response = await users.fetch(`https://users${jwksRoute.path}`, {
      signal: AbortSignal.timeout(USERS_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`JWKS answered ${response.status}`);
    const set = (await response.json()) as JSONWebKeySet;
    const kids = new Set(set.keys.map((key) => key.kid));
    const fetched = { kids, keys: createLocalJWKSet(set), fetchedAt: clock() };
    cache.current = fetched;
    return fetched.keys;
  } catch (error) {
    if (!current) throw new Unavailable("users", error);
    return current.keys;
  }
}
