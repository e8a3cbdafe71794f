import { parseArgs } from "node:util";
import { readConfig } from "../config.ts";
import { askHealth } from "../health/ask.ts";
import { seedIfEmpty } from "../seed/seed.ts";
import { CommandError, runCommand } from "./command.ts";

const USAGE = `Usage: npm run seed
Gives the running platform its test accounts, venues and events where they are absent; what is there stays.
Variables: TICKETFLOW_PORT_OFFSET, TICKETFLOW_DATA_DIR (where the platform is, as for npm start).`;

process.exitCode = await runCommand(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const config = readConfig();
  const url = `http://localhost:${config.ports.gateway}`;
  const { state } = await askHealth(url);
  if (state === "down") throw new CommandError(`The platform at ${url} is not well: see \`npm run health\`.`);
  console.log(`Seeded ${url}: ${await seedIfEmpty(config)}.`);
  return 0;
});
