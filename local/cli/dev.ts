import { parseArgs } from "node:util";
import { readConfig } from "../config.ts";
import { wranglerPart } from "../dev/wrangler-part.ts";
import { platformParts } from "../parts/platform.ts";
import { seedIfEmpty, welcome } from "../seed/seed.ts";
import { runCommand } from "./command.ts";
import { runInForeground } from "./start-platform.ts";

const USAGE = `Usage: npm run dev
Like \`npm start\`, with the Workers under \`wrangler dev\`: a change that is saved is live.
Variables: TICKETFLOW_PORT_OFFSET (added to every port), TICKETFLOW_DATA_DIR (default .data).`;

const code = await runCommand(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const config = readConfig();
  const workers = wranglerPart(config);
  return runInForeground({
    config,
    parts: platformParts(config).map((part) => (part.name === workers.name ? workers : part)),
    fresh: false,
    installMs: Number(process.env.TICKETFLOW_INSTALL_MS ?? 0),
    seed: () => seedIfEmpty(config),
    welcome: welcome(config),
  });
});
// Ended by hand, as `npm start`: a part's preparation that hangs must not keep a process alive.
process.exit(code);
