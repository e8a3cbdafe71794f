import { parseArgs } from "node:util";
import { UsageError } from "../cli/command.ts";
import { alignColumns, printable } from "../cli/table.ts";
import type { Config } from "../config.ts";
import { hostedTargets, platformTargets, type Target } from "./targets.ts";

export const USAGE = `Usage: npm run migrate [-- --dry-run]
       npm run migrate -- [--dry-run] --vars <service>=<file> ...
Brings the databases of Postgres and MongoDB and the topics of Kafka to what this checkout says. Safe to repeat, and to
run twice at once: the second waits. Refuses to go backwards, and whatever was changed after it was applied. The first
failure ends it.
  --dry-run    says what would be done, and does nothing
  --vars       Workers' variables, one file a Worker in the form of its .dev.vars; a file in a folder of the Worker's
               name needs no <service>=, so \`--vars workers/*/.dev.vars\` is all of them. Read are DATABASE_URL,
               MONGODB_URI, KAFKA_REST_URL, _USERNAME and _PASSWORD, and KAFKA_PROTOCOL
Without --vars: the platform of this machine, which has to be running.
Exit code: 0 all is as it should be, 1 something failed, 2 wrong usage.
Variables: TICKETFLOW_PORT_OFFSET, TICKETFLOW_DATA_DIR (where the platform is, as for npm start).`;

const OPTIONS = {
  "dry-run": { type: "boolean", default: false },
  vars: { type: "string", multiple: true },
} as const;

export interface MigrateDeps {
  config(): Config;
  print(line: string): void;
  /** Prints a failure. */
  tell(line: string): void;
}

/**
 * Migrates one thing after the other, and prints a table of what was applied.
 * @returns 0, or 1 where one failed: nothing is tried after it
 * @throws UsageError, and CommandError when there is no platform
 */
export async function migrateCommand(args: string[], { config, print, tell }: MigrateDeps): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  // A shell makes one option and further files of a pattern.
  if (positionals.length > 0 && !values.vars) throw new UsageError(`"${positionals[0]}" goes with --vars.`);
  const files = [...(values.vars ?? []), ...positionals];
  const targets = values.vars ? hostedTargets(config().root, files) : platformTargets(config());
  const done = await migrateAll(targets, values["dry-run"]);
  for (const line of alignColumns([HEAD, ...done.rows])) print(printable(line));
  if (!done.failure) return 0;
  tell(printable(`\n${done.failure}`));
  if (!values.vars && done.failure.includes("ECONNREFUSED"))
    tell("Does `npm start` run, and on this data folder?");
  return 1;
}

const HEAD = ["PART", "OF", "WHAT"];

/** Runs the targets up to the first that fails. */
async function migrateAll(
  targets: Target[],
  isDryRun: boolean,
): Promise<{ rows: string[][]; failure: string | null }> {
  const rows: string[][] = [];
  let failure: string | null = null;
  for (const { part, name, run } of targets) {
    const row = (what: string) => void rows.push([part, name, what]);
    if (failure) {
      row("not tried");
      continue;
    }
    try {
      const { applied, notes } = await run(isDryRun);
      for (const what of applied) row(isDryRun ? `would apply: ${what}` : `applied: ${what}`);
      for (const what of notes) row(`not applied on this server: ${what}`);
      if (applied.length + notes.length === 0) row("up to date");
    } catch (error) {
      failure = `${part} of ${name}: ${reasonOf(error)}`;
      row("FAILED");
    }
  }
  return { rows, failure };
}

/** Drivers put the reason below, and leave the message of several tries empty. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  const cause = error.message === "fetch failed" && error.cause ? reasonOf(error.cause) : "";
  return cause || error.message || error.name;
}
