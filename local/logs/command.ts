import { parseArgs } from "node:util";
import { CommandError, UsageError, wholeNumberOption } from "../cli/command.ts";
import type { Config } from "../config.ts";
import { platformParts } from "../parts/platform.ts";
import { logFileOf } from "../supervisor/part-log.ts";
import { type FollowOptions, followLog, printTail } from "./follow.ts";

const MAX_LINES = 100_000;

export const USAGE = `Usage: npm run logs -- <part> [--lines 100] [--no-follow]
  --lines, -n  how many of the last lines come first (0 to ${MAX_LINES})
  --no-follow  end after them, instead of printing what is added until Ctrl-C
Variables: TICKETFLOW_DATA_DIR (where the platform is, as for npm start).`;

const OPTIONS = {
  lines: { type: "string", short: "n", default: "100" },
  "no-follow": { type: "boolean", default: false },
} as const;

/** Prints a part's log, and what is added to it. @throws UsageError naming the parts, CommandError without a log */
export async function logsCommand(
  args: string[],
  { config, write, signal }: Omit<FollowOptions, "lines"> & { config: Config },
): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const lines = wholeNumberOption("--lines", values.lines, { min: 0, max: MAX_LINES });
  const parts = [...platformParts(config).map(({ name }) => name), "supervisor"];
  const [part, ...more] = positionals;
  if (part === undefined || more.length > 0 || !parts.includes(part)) {
    const given = part === undefined ? "no part" : `"${positionals.join(" ")}"`;
    throw new UsageError(`The parts are ${parts.join(", ")}; not ${given}.`);
  }
  const file = logFileOf(config.dataDir, part);
  if (!values["no-follow"]) await followLog(file, { lines, write, signal });
  else if (!printTail(file, { lines, write })) throw new CommandError(`There is no ${file} yet.`);
  return 0;
}
