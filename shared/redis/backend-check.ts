import type { BackendCheck } from "../http/health.ts";
import { upstashClient } from "./client.ts";
import type { RedisVariables } from "./redis.ts";

/** Health is in no hurry: Redis that is merely slow is up. */
const TIMEOUT_MS = 2_000;

/**
 * Redis as a backend of a service's health: none where no Redis is configured. Asked past the circuit breaker, which
 * would answer for Redis without asking it.
 */
export function redisBackends(variables: RedisVariables): BackendCheck[] {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = variables;
  if (!url || !token) return [];
  return [{ name: "redis", optional: true, ask: () => upstashClient(url, token, TIMEOUT_MS).ping() }];
}
