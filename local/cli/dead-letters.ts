import { readConfig } from "../config.ts";
import { deadLettersCommand, logOf, USAGE } from "../dead-letters/command.ts";
import { runCommand } from "./command.ts";

process.exitCode = await runCommand(USAGE, (args) =>
  deadLettersCommand(args, { log: logOf(readConfig()), print: console.log }),
);
