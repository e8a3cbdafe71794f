import { auditCommand, USAGE } from "../audit/command.ts";
import { auditTarget } from "../audit/target.ts";
import { readConfig } from "../config.ts";
import { runCommand } from "./command.ts";

process.exitCode = await runCommand(
  USAGE,
  async (args) =>
    auditCommand(args, {
      target: () => auditTarget(process.env, readConfig),
      print: console.log,
      tell: console.error,
    }),
  // 1 says that something was found.
  { failureCode: 3 },
);
