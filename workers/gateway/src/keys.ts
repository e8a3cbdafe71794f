import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Clock } from "#shared/clock.ts";
import { jwksRoute } from "#shared/contracts/users.ts";
import { Unavailable } from "#shared/errors/problem.ts";

/** How long the key set of users is used before it is asked for again. */
const FRESH_MS = 5 * 60_000;

let cached: { keys: JWTVerifyGetKey; fetchedAt: number } | null = null;

/**
 * The keys that verify access tokens, from users' JWKS; kept for {@link FRESH_MS}, and longer while
 * users does not answer.
 * @throws Unavailable when there is no key set yet and users does not answer
 */
export async function verificationKeys(users: Fetcher, clock: Clock): Promise<JWTVerifyGetKey> {
  if (cached && clock() - cached.fetchedAt < FRESH_MS) return cached.keys;
  try {
    const response = await users.fetch(`https://users${jwksRoute.path}`);
    if (!response.ok) throw new Error(`JWKS answered ${response.status}`);
    const keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
    cached = { keys, fetchedAt: clock() };
  } catch (error) {
    if (!cached) throw new Unavailable("users", error);
  }
  return cached.keys;
}
