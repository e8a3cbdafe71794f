import { readConfig } from "../config.ts";
import { migrateCommand, USAGE } from "../migrate/command.ts";
import { runCommand } from "./command.ts";

process.exitCode = await runCommand(USAGE, (args) =>
  migrateCommand(args, { config: readConfig, print: console.log, tell: console.error }),
);
