import type { Readable, Writable } from "node:stream";
import { Miniflare } from "miniflare";
import { collectFromWorkers, collectorWorker } from "../coverage/worker-counters.ts";
import { directBindings } from "./direct.ts";
import { prepareWorkers } from "./prepare.ts";
import { timer } from "./timer.ts";

export interface RuntimeOptions {
  /** The Workers' configurations; the first one's Worker owns the port. */
  configs: string[];
  host: string;
  port: number;
  /** Where Durable Objects keep their storage. */
  storageDir: string;
  /** Each Worker's variables, by the name in its configuration. */
  variables: Record<string, Record<string, string>>;
  /** Where their log goes: this process's own output when absent. */
  output?: Writable;
}

/** All Workers in one workerd, as their own wrangler.toml files say. */
export interface Runtime {
  /** Where it takes requests, without a slash at its end. */
  url: string;
  /** Runs the Workers' triggers with this schedule once. Rejects with the first failure, once all have been run. */
  runCrons(cron: Schedule): Promise<void>;
  close(): Promise<void>;
}

/** The schedules that our Workers use, and how often each is due in ms. */
export const SCHEDULES = { "* * * * *": 60_000, "0 * * * *": 3_600_000 } as const;

export type Schedule = keyof typeof SCHEDULES;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Starts the Workers; resolves once they take requests. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const workers = await prepareWorkers(options.configs);
  for (const { name, crons } of workers) {
    const unknown = crons.find((cron) => !Object.hasOwn(SCHEDULES, cron));
    if (unknown) throw new Error(`${name} has the schedule "${unknown}", which nothing here runs`);
  }
  const names = workers.map(({ name }) => name);
  // Set while the lines that tests run are counted: the Workers were bundled with counters then.
  const countersDir = process.env.NODE_V8_COVERAGE;
  const timing = timer(names);
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const miniflare = new Miniflare({
    host: options.host,
    // Any: Miniflare has a Worker of its own behind this one, and none behind the first Worker's own socket.
    port: 0,
    cf: false,
    durableObjectsPersist: options.storageDir,
    // Secrets never reach a Worker by way of the shell that started it.
    log: undefined,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.pipe(options.output ?? process.stdout, { end: false });
      stderr.pipe(options.output ?? process.stderr, { end: false });
    },
    workers: [
      ...workers.map(({ name, options: fromConfig }, index) => {
        const variables = options.variables[name];
        const direct = directBindings(variables);
        return {
          ...fromConfig,
          bindings: { ...fromConfig.bindings, ...variables, ...direct.bindings },
          serviceBindings: { ...fromConfig.serviceBindings, ...direct.serviceBindings },
          ...(index === 0 ? { unsafeDirectSockets: [{ host: options.host, port: options.port }] } : {}),
        };
      }),
      timing.worker,
      ...(countersDir ? [collectorWorker(names)] : []),
    ],
  });
  await miniflare.ready;
  const { origin } = await miniflare.unsafeGetDirectURL(names[0]);
  // Miniflare ends the process at a signal, before anything could be closed; what runs it ends it by `close`.
  SIGNALS.forEach((signal, index) => {
    const added = process.listeners(signal).filter((listener) => !before[index]!.includes(listener));
    for (const listener of added) process.off(signal, listener);
  });
  return {
    url: origin,
    async runCrons(cron) {
      const due = workers.filter(({ crons }) => crons.includes(cron));
      const fired = await Promise.allSettled(due.map(({ name }) => timing.fire(miniflare, name, cron)));
      for (const outcome of fired) if (outcome.status === "rejected") throw outcome.reason;
    },
    async close() {
      try {
        if (countersDir) await collectFromWorkers(miniflare, names, countersDir);
      } finally {
        await miniflare.dispose();
      }
    },
  };
}
