import { parseArgs } from "node:util";
import { readConfig } from "../config.ts";
import { askHealth, healthTable } from "../health/ask.ts";
import { runCommand } from "./command.ts";

const USAGE = `Usage: npm run health
Asks the running platform; exit code 0 when everything needed is up, else 1.
Variables: TICKETFLOW_PORT_OFFSET (where the platform is, as for npm start).`;

process.exitCode = await runCommand(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const url = `http://localhost:${readConfig().ports.gateway}`;
  const health = await askHealth(url);
  console.log(healthTable(url, health).join("\n"));
  return health.state === "down" ? 1 : 0;
});
