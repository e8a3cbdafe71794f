import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare, WorkerOptions } from "miniflare";
import type { Counters } from "./lines.ts";

/** The entrypoint that a Worker with counters has beside its own. */
export const COUNTERS_ENTRYPOINT = "CoverageCounters";
const COLLECTOR = "coverage-collector";
/** A file of counters is named so; Node.js calls its own `coverage-<...>.json`. */
export const COUNTERS_FILE = /^counters-.+\.json$/;
/** The process is being stopped, and what stops it waits ten seconds. */
const LIMIT_MS = 3_000;

/** A Worker of the runtime's own that can ask each instrumented one for its counters. */
export function collectorWorker(names: readonly string[]): WorkerOptions {
  return {
    name: COLLECTOR,
    modules: true,
    script: `export default { fetch: (request, env) => env[request.headers.get("worker")].fetch(request) };`,
    compatibilityDate: "2026-07-01",
    serviceBindings: Object.fromEntries(
      names.map((name) => [name, { name, entrypoint: COUNTERS_ENTRYPOINT }]),
    ),
  };
}

/** Writes what each Worker has counted into `dir`. */
export async function collectFromWorkers(
  miniflare: Miniflare,
  names: readonly string[],
  dir: string,
): Promise<void> {
  for (const name of names) {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const headers = { "MF-Route-Override": COLLECTOR, worker: name };
    const response = await miniflare.dispatchFetch("http://collector/", { headers, signal });
    const counters = (await response.json()) as Counters;
    writeFileSync(join(dir, `counters-${name}-${process.pid}.json`), JSON.stringify(counters));
  }
}
