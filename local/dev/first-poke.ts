import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { WORKER_CONFIGS, workersPart } from "../parts/workers.ts";

/** Objects that nothing but a cron trigger wakes for the first time; from then on each keeps an alarm of its own. */
const WOKEN_BY_CRON = /^\w+(?:Sweeper|Consumer)$/;

/** The folders that the runtime makes for such objects once they have been awake. */
export function unwoken(config: Config): string[] {
  const storageDir = join(config.dataDir, "durable-objects");
  return WORKER_CONFIGS.flatMap((path) => {
    const text = readFileSync(join(config.root, path), "utf8");
    const [, worker] = /^name = "([^"]+)"$/m.exec(text) ?? [];
    const lists = [...text.matchAll(/^new_sqlite_classes = \[([^\]]*)\]$/gm)];
    const classes = lists.flatMap(([, list]) => [...list!.matchAll(/"(\w+)"/g)].map(([, name]) => name!));
    return classes.filter((name) => WOKEN_BY_CRON.test(name)).map((name) => `${worker}-${name}`);
  }).filter((folder) => !existsSync(join(storageDir, folder)));
}

/**
 * `wrangler dev` runs no cron triggers. Where an object was never awake, our own runtime is started once for them,
 * which runs each at its start, and stopped again.
 */
export async function pokeOnce(config: Config, signal: AbortSignal): Promise<void> {
  if (unwoken(config).length === 0) return;
  const part = workersPart(config);
  await part.prepare?.(signal);
  const { file, args, env, cwd } = part.command();
  const { PATH = "", HOME = "" } = process.env;
  const runtime = spawn(file, args, {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "ignore"],
    signal,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = new Promise<void>((resolve, reject) => {
    runtime.once("error", reject);
    runtime.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the first start ended with ${code}`)),
    );
  });
  let printed = "";
  runtime.stdout.on("data", (chunk: Buffer) => {
    printed = (printed + chunk.toString("utf8")).slice(-10_000);
    if (/"event":"listening"/.test(printed)) runtime.kill("SIGTERM");
  });
  await ended;
}
