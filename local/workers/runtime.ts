import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare, type WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { bundleWorker, endBundling } from "./bundle.ts";

export interface RuntimeOptions {
  /** The Workers' configurations; the first one's Worker owns the port. */
  configs: string[];
  host: string;
  port: number;
  /** Where Durable Objects keep their storage. */
  storageDir: string;
  /** Each Worker's variables, by the name in its configuration. */
  variables: Record<string, Record<string, string>>;
}

/** All Workers in one workerd, as their own wrangler.toml files say. */
export interface Runtime {
  /** Runs the Workers' triggers with this schedule once. */
  runCrons(cron: Schedule): Promise<void>;
  close(): Promise<void>;
}

/** The schedules that our Workers use, and how often each is due in ms. */
export const SCHEDULES = { "* * * * *": 60_000, "0 * * * *": 3_600_000 } as const;

export type Schedule = keyof typeof SCHEDULES;

/** Starts the Workers; resolves once they take requests. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const workers = await Promise.all(options.configs.map((config) => workerOptions(config, options)));
  await endBundling();
  const miniflare = new Miniflare({
    host: options.host,
    port: options.port,
    cf: false,
    durableObjectsPersist: options.storageDir,
    // Secrets never reach a Worker by way of the shell that started it.
    log: undefined,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.pipe(process.stdout);
      stderr.pipe(process.stderr);
    },
    workers: workers.map((worker) => worker.options),
  });
  await miniflare.ready;
  return {
    async runCrons(cron) {
      for (const { name } of workers.filter(({ crons }) => crons.includes(cron))) {
        const worker = await miniflare.getWorker(name);
        await worker.scheduled({ cron });
      }
    },
    close: () => miniflare.dispose(),
  };
}

async function workerOptions(configPath: string, { variables }: RuntimeOptions) {
  const config = unstable_readConfig({ config: configPath });
  const { workerOptions: fromConfig, main } = unstable_getMiniflareWorkerOptions(configPath);
  const { name } = config;
  if (!name || !main) throw new Error(`${configPath} names no Worker or no entry`);
  const script = await bundleWorker(main);
  const { modulesRules: _modulesRules, ...kept } = fromConfig;
  const options: WorkerOptions = {
    ...(kept as WorkerOptions),
    name,
    modules: [
      {
        type: "ESModule",
        path: join(dirname(main), `${basename(dirname(dirname(main)))}.js`),
        contents: script,
      },
    ],
    modulesRoot: dirname(main),
    bindings: { ...fromConfig.bindings, ...variables[name] },
  };
  const crons: string[] = config.triggers.crons ?? [];
  const unknown = crons.find((cron) => !Object.hasOwn(SCHEDULES, cron));
  if (unknown) throw new Error(`${configPath} has the schedule "${unknown}", which nothing here runs`);
  return { name, options, crons };
}
