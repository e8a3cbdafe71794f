import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../config.ts";
import { platformParts } from "../parts/platform.ts";
import { seedIfEmpty, welcome } from "../seed/seed.ts";
import { runInForeground } from "./start-platform.ts";

const USAGE = `Usage: npm start [-- --fresh]
  --fresh  delete all data first
Variables: TICKETFLOW_PORT_OFFSET (added to every port), TICKETFLOW_DATA_DIR (default .data).`;

function readFlags(): { fresh: boolean } {
  const { values } = parseArgs({ options: { fresh: { type: "boolean", default: false } } });
  return values;
}

async function main(): Promise<number> {
  let flags: { fresh: boolean };
  try {
    flags = readFlags();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  try {
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
