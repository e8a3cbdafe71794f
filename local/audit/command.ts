import { parseArgs } from "node:util";
import type { Client } from "#shared/client/client.ts";
import { seatsAt } from "#shared/client/generated/sdk.gen.ts";
import { CommandError, UsageError, wholeNumberOption } from "../cli/command.ts";
import { printable } from "../cli/table.ts";
import { ApiError, answerOf } from "../seed/api.ts";
import { runAudit } from "./follow.ts";
import { leftOf, printedAudit, printedSeats } from "./present.ts";

export const USAGE = `Usage: npm run audit [-- --repair] [--event <id>] [--json]
       npm run audit -- --event <id> --at <entry> [--json]
Looks for all in which the platform's records contradict one another, and lists each with its booking.
  --repair     mends what is safe to mend; what a person must decide stays
  --event      one event alone
  --at         what a buyer saw of that event's seats after this entry of its ledger; --json has every place
  --json       the whole report as JSON
Exit code: 0 nothing is left, 1 something is, 2 wrong usage, 3 it could not be run.
Variables: TICKETFLOW_PORT_OFFSET (where the platform is, as for npm start), or TICKETFLOW_URL and TICKETFLOW_TOKEN
(another platform's address, and an admin's access token).`;

const OPTIONS = {
  repair: { type: "boolean", default: false },
  event: { type: "string" },
  at: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** The largest number of nine digits: no ledger of one event comes near it. */
const MAX_ENTRY = 999_999_999;

interface AuditCommandDeps {
  /** The API as an admin. */
  target(): Promise<Client>;
  /** Prints the result. */
  print(line: string): void;
  /** Prints what goes on meanwhile. */
  tell(line: string): void;
}

/**
 * Runs an audit, or shows a map as it was.
 * @returns 0 when nothing is left, 1 when something is
 * @throws UsageError, and CommandError when it could not be run
 */
export async function auditCommand(args: string[], deps: AuditCommandDeps): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { event, at, repair, json } = values;
  if (event === "") throw new UsageError("--event takes an event's id.");
  if (at !== undefined && (event === undefined || repair)) {
    throw new UsageError("--at goes with --event, and not with --repair.");
  }
  const entry = at === undefined ? null : wholeNumberOption("--at", at, { min: 0, max: MAX_ENTRY });
  try {
    const client = await deps.target();
    return entry === null
      ? await audit(client, { repair, ...(event ? { eventId: event } : {}) }, json, deps)
      : await showSeats(client, event!, entry, json, deps);
  } catch (error) {
    if (error instanceof UsageError || error instanceof CommandError) throw error;
    if (error instanceof ApiError) throw new CommandError(error.message);
    throw new CommandError(`The platform does not answer: ${error instanceof Error ? error.message : error}`);
  }
}

async function audit(
  client: Client,
  body: { repair: boolean; eventId?: string },
  isJson: boolean,
  { print, tell }: AuditCommandDeps,
): Promise<number> {
  const found = await runAudit(client, body, tell);
  for (const line of isJson ? [JSON.stringify(found, null, 2)] : printedAudit(found)) print(printable(line));
  if (found.state === "FAILED") throw new CommandError("The audit did not come to its end.");
  return leftOf(found) > 0 ? 1 : 0;
}

async function showSeats(
  client: Client,
  id: string,
  at: number,
  isJson: boolean,
  { print }: AuditCommandDeps,
): Promise<number> {
  const places = isJson ? "all" : "taken";
  const seen = await answerOf(seatsAt({ client, path: { id }, query: { at, places } }));
  for (const line of isJson ? [JSON.stringify(seen, null, 2)] : printedSeats(seen)) print(printable(line));
  return seen.broken ? 1 : 0;
}
