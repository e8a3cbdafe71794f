import { basename, dirname, join } from "node:path";
import type { WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { endBundling, makeBundle } from "./bundle.ts";
import { keptWorkers, type Made, type PreparedWorker } from "./kept.ts";

/** Node.js counts its own lines where this is set; then the Workers count theirs. */
const counting = Boolean(process.env.NODE_V8_COVERAGE);

const since = Date.now();

async function prepareWorker(configPath: string): Promise<Made> {
  const config = unstable_readConfig({ config: configPath });
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(configPath);
  const { name } = config;
  if (!name || !main) throw new Error(`${configPath} names no Worker or no entry`);
  const { modulesRules: _modulesRules, ...kept } = workerOptions;
  const { code: contents, inputs } = await makeBundle(main, { counting });
  const path = join(dirname(main), `${basename(dirname(dirname(main)))}.js`);
  const options: WorkerOptions = {
    ...(kept as WorkerOptions),
    name,
    modules: [{ type: "ESModule", path, contents }],
    modulesRoot: dirname(main),
  };
  return { worker: { name, options, crons: config.triggers.crons ?? [] }, inputs };
}

const configs = process.argv.slice(2);
const made = await Promise.all(configs.map(prepareWorker));
await endBundling();
const kept = keptWorkers(counting);
for (const [at, config] of configs.entries()) kept.keep(config, made[at]!, since);
const prepared: PreparedWorker[] = made.map(({ worker }) => worker);
process.send?.(prepared, () => process.disconnect());
