import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { keptWorkers, type PreparedWorker } from "./kept.ts";

/**
 * Reads and bundles Workers, or takes them as they were bundled before where nothing has changed.
 * @param configs paths of wrangler.toml files
 */
export async function prepareWorkers(configs: string[]): Promise<PreparedWorker[]> {
  const kept = keptWorkers(Boolean(process.env.NODE_V8_COVERAGE));
  const known = new Map(configs.map((config) => [config, kept.find(config)]));
  const absent = configs.filter((config) => !known.get(config));
  const made = absent.length > 0 ? await makeWorkers(absent) : [];
  for (const [at, config] of absent.entries()) known.set(config, made[at]);
  return configs.map((config) => known.get(config)!);
}

/** In a process of its own: the tools for it take some 250 MB, which end with it. */
function makeWorkers(configs: string[]): Promise<PreparedWorker[]> {
  const preparing = fork(fileURLToPath(new URL("./prepare-process.ts", import.meta.url)), configs, {
    serialization: "advanced",
  });
  return new Promise((resolve, reject) => {
    preparing.once("message", (prepared) => resolve(prepared as PreparedWorker[]));
    preparing.once("error", reject);
    // Its own words are in the log already; after the message this says nothing new.
    preparing.once("exit", (code, signal) =>
      reject(new Error(`bundling the Workers ended with ${signal ?? code}`)),
    );
  });
}
