import type { Context } from "hono";
import { systemClock } from "#shared/clock.ts";
import type { BackendState, Health, ServiceState } from "#shared/contracts/health.ts";
import { askBackends } from "#shared/http/health.ts";
import { redisBackends } from "#shared/redis/backend-check.ts";
import { type BackendService, BINDINGS, type GatewayHono, gatewayEnvironment } from "./env.ts";

/** A service that has not answered by then is down; it gives its own backends 2 s. */
const LIMIT_MS = 3_000;

/** Asks every service, which asks its own backends, and the gateway's. 503 when anything needed is down, naming it. */
export async function health(c: Context<GatewayHono>): Promise<Response> {
  const names = Object.keys(BINDINGS) as BackendService[];
  const services = await Promise.all([
    askSelf(c.env),
    ...names.map((name) => askService(c.env[BINDINGS[name]], name)),
  ]);
  const state = overallState(services);
  const body: Health = { state, services };
  return c.json(body, state === "down" ? 503 : 200, { "cache-control": "no-store" });
}

export function overallState(services: ServiceState[]): Health["state"] {
  const backends = services.flatMap((service) => service.backends);
  const down = [...services, ...backends].filter(({ state }) => state === "down");
  if (down.length === 0) return "up";
  return down.every((one) => "optional" in one && one.optional) ? "degraded" : "down";
}

async function askSelf(env: GatewayHono["Bindings"]): Promise<ServiceState> {
  const startedAt = systemClock();
  const backends = await askBackends(redisBackends(gatewayEnvironment(env)), systemClock);
  return { name: "gateway", state: "up", latencyMs: systemClock() - startedAt, backends };
}

async function askService(worker: Fetcher, name: string): Promise<ServiceState> {
  const startedAt = systemClock();
  try {
    const response = await worker.fetch(`https://${name}/health`, { signal: AbortSignal.timeout(LIMIT_MS) });
    const backends = response.ok ? ((await response.json()) as BackendState[]) : [];
    return { name, state: response.ok ? "up" : "down", latencyMs: systemClock() - startedAt, backends };
  } catch {
    return { name, state: "down", latencyMs: systemClock() - startedAt, backends: [] };
  }
}
