import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../config.ts";
import { platformParts } from "../parts/platform.ts";
import { seedIfEmpty, welcome } from "../seed/seed.ts";
import { runInForeground } from "./start-platform.ts";

const USAGE = `Usage: npm start [-- --fresh] [--backends embedded|servers|compose]
  --fresh     delete all data first
  --backends  what is behind the Workers: what npm brings (default), servers of this machine, or docker-compose.yml
Variables: TICKETFLOW_PORT_OFFSET (added to every port), TICKETFLOW_DATA_DIR (default .data).`;

function readFlags(): { fresh: boolean; backends: string | undefined } {
  const { values } = parseArgs({
    options: { fresh: { type: "boolean", default: false }, backends: { type: "string" } },
  });
  return { fresh: values.fresh, backends: values.backends };
}

async function main(): Promise<number> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  try {
    if (flags.backends !== undefined) process.env.TICKETFLOW_BACKENDS = flags.backends;
    const config = readConfig();
    return await runInForeground({
      config,
      parts: platformParts(config),
      fresh: flags.fresh,
      installMs: Number(process.env.TICKETFLOW_INSTALL_MS ?? 0),
      seed: () => seedIfEmpty(config),
      welcome: welcome(config),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return 1;
  }
}

// Ended by hand: a part's preparation that hangs must not keep a process alive whose platform has been stopped.
process.exit(await main());
