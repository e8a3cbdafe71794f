import { basename, dirname, join } from "node:path";
import type { WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { bundleWorker, endBundling } from "./bundle.ts";
import type { PreparedWorker } from "./prepare.ts";

/** Node.js counts its own lines where this is set; then the Workers count theirs. */
const counting = Boolean(process.env.NODE_V8_COVERAGE);

async function prepareWorker(configPath: string): Promise<PreparedWorker> {
  const config = unstable_readConfig({ config: configPath });
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(configPath);
  const { name } = config;
  if (!name || !main) throw new Error(`${configPath} names no Worker or no entry`);
  const { modulesRules: _modulesRules, ...kept } = workerOptions;
  const path = join(dirname(main), `${basename(dirname(dirname(main)))}.js`);
  const options: WorkerOptions = {
    ...(kept as WorkerOptions),
    name,
    modules: [{ type: "ESModule", path, contents: await bundleWorker(main, { counting }) }],
    modulesRoot: dirname(main),
  };
  return { name, options, crons: config.triggers.crons ?? [] };
}

const prepared = await Promise.all(process.argv.slice(2).map(prepareWorker));
await endBundling();
process.send?.(prepared, () => process.disconnect());
