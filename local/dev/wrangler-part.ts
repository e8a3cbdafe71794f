import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Config, HOST, httpUrl } from "../config.ts";
import { answersOk } from "../parts/http.ts";
import {
  behindWorkers,
  gatewayAddresses,
  RUNTIME_ENVIRONMENT,
  WORKER_CONFIGS,
  workerVariables,
} from "../parts/workers.ts";
import { type Part, START_LIMIT_MS } from "../supervisor/part.ts";
import { linkStorage, writeDevConfigs } from "./configs.ts";
import { pokeOnce } from "./first-poke.ts";

/** All Workers under `wrangler dev`, which bundles anew what is saved. Same port, storage and variables as otherwise. */
export function wranglerPart(config: Config): Part {
  const port = config.ports.gateway;
  const dir = join(config.dataDir, "wrangler");
  let configs: string[] = [];
  let persistTo = "";
  return {
    name: "workers",
    ports: [port],
    // A first start bundles everything twice.
    startLimitMs: 2 * START_LIMIT_MS,
    dependsOn: behindWorkers(config),
    addresses: gatewayAddresses(config),
    async prepare(signal) {
      await pokeOnce(config, signal);
      configs = writeDevConfigs({
        root: config.root,
        configs: WORKER_CONFIGS,
        variables: workerVariables(config),
        dir,
      });
      persistTo = linkStorage(dir, join(config.dataDir, "durable-objects"));
      mkdirSync(join(dir, "home"), { recursive: true });
    },
    command() {
      const wrangler = dirname(createRequire(import.meta.url).resolve("wrangler/package.json"));
      return {
        file: process.execPath,
        args: [
          join(wrangler, "bin", "wrangler.js"),
          "dev",
          ...configs.flatMap((path) => ["-c", path]),
          ...["--ip", HOST, "--port", String(port), "--persist-to", persistTo],
          // Any free port: a debugger finds it in the log. Without a terminal there is nobody to press keys.
          ...["--inspector-port", "0", "--show-interactive-dev-session=false"],
        ],
        env: {
          ...RUNTIME_ENVIRONMENT,
          // What it would otherwise keep in the home folder; the registry would join two platforms into one.
          XDG_CONFIG_HOME: join(dir, "home"),
          WRANGLER_REGISTRY_PATH: join(dir, "registry"),
          WRANGLER_LOG_PATH: join(dir, "logs"),
          TMPDIR: join(dir, "home"),
          NO_COLOR: "1",
        },
        cwd: dir,
      };
    },
    ready: (signal) => answersOk(`${httpUrl(config, "gateway")}/health`, signal),
  };
}
