import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { WorkerOptions } from "miniflare";

/** A Worker as its wrangler.toml says, bundled. */
export interface PreparedWorker {
  name: string;
  options: WorkerOptions;
  crons: string[];
}

/**
 * Reads and bundles Workers in a process of its own: the tools for it take some 250 MB, which end with it.
 * @param configs paths of wrangler.toml files
 */
export function prepareWorkers(configs: string[]): Promise<PreparedWorker[]> {
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
