import { readConfig } from "../config.ts";
import { logsCommand, USAGE } from "../logs/command.ts";
import { listenForStop } from "../supervisor/stop-signals.ts";
import { runCommand } from "./command.ts";

// A reader that has gone, such as `head`, ends the command.
process.stdout.on("error", () => process.exit(0));

process.exitCode = await runCommand(USAGE, (args) =>
  logsCommand(args, {
    config: readConfig(),
    write: (chunk) => process.stdout.write(chunk),
    signal: listenForStop().interrupt,
  }),
);
