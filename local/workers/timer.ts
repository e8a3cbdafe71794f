import { randomUUID } from "node:crypto";
import type { Miniflare, WorkerOptions } from "miniflare";

const NAME = "timer";
/** A trigger only wakes others; one that takes longer is as good as failed. */
const LIMIT_MS = 30_000;

/** Fires the triggers of Workers that are in the same runtime. */
export interface Timer {
  /** A Worker of the runtime's own, which can reach the others. */
  worker: WorkerOptions;
  /** Runs a Worker's trigger. Rejects when it fails, or takes too long. */
  fire(miniflare: Miniflare, worker: string, cron: string): Promise<void>;
}

/**
 * Not Miniflare's own `getWorker`: it asks the runtime with this thread standing still. The runtime's output is read by
 * this thread, and as soon as so much of it waits as a pipe holds, the runtime stands still as well: for ever.
 */
export function timer(names: readonly string[]): Timer {
  // Whoever reaches the port may name the Worker that they want.
  const secret = randomUUID();
  return {
    worker: {
      name: NAME,
      modules: true,
      script: SCRIPT,
      compatibilityDate: "2026-07-01",
      compatibilityFlags: ["service_binding_extra_handlers"],
      bindings: { SECRET: secret },
      serviceBindings: Object.fromEntries(names.map((name) => [name, name])),
    },
    async fire(miniflare, worker, cron) {
      const response = await miniflare.dispatchFetch("http://timer/", {
        headers: { "MF-Route-Override": NAME, authorization: secret, worker, cron },
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const outcome = await response.text();
      if (!response.ok) throw new Error(`the trigger "${cron}" of ${worker} ended with ${outcome}`);
    },
  };
}

const SCRIPT = `
  export default {
    async fetch({ headers }, env) {
      if (headers.get("authorization") !== env.SECRET) return new Response("not found", { status: 404 });
      const { outcome } = await env[headers.get("worker")].scheduled({ cron: headers.get("cron") });
      return new Response(outcome, { status: outcome === "ok" ? 200 : 500 });
    },
  };`;
