import type { Context } from "hono";
import { systemClock } from "#shared/clock.ts";
import { type BackendService, BINDINGS, type GatewayHono } from "./env.ts";

type State = "up" | "down";

interface ServiceCheck {
  name: string;
  state: State;
  latencyMs: number;
  backends: { name: string; state: State; latencyMs: number }[];
}

/** A service that has not answered by then is down; it gives its own backends 2 s. */
const LIMIT_MS = 3_000;

/** Asks every service, which asks its own backends. 503 when anything is down, naming it. */
export async function health(c: Context<GatewayHono>): Promise<Response> {
  const names = Object.keys(BINDINGS) as BackendService[];
  const services = await Promise.all(names.map((name) => askService(c.env[BINDINGS[name]], name)));
  const isUp = services.every(
    ({ state, backends }) => state === "up" && backends.every((b) => b.state === "up"),
  );
  return c.json({ state: isUp ? "up" : "down", services }, isUp ? 200 : 503, { "cache-control": "no-store" });
}

async function askService(worker: Fetcher, name: string): Promise<ServiceCheck> {
  const startedAt = systemClock();
  try {
    const response = await worker.fetch(`https://${name}/health`, { signal: AbortSignal.timeout(LIMIT_MS) });
    const backends = (await response.json()) as ServiceCheck["backends"];
    return { name, state: response.ok ? "up" : "down", latencyMs: systemClock() - startedAt, backends };
  } catch {
    return { name, state: "down", latencyMs: systemClock() - startedAt, backends: [] };
  }
}
