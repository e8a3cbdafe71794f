import { asFailure, errorReply, MongoFailure } from "../errors.ts";
import type { Request } from "../wire/message.ts";
import { type Doc, isPlain } from "../wire/values.ts";
import { AGGREGATION } from "./aggregation.ts";
import { AUTHENTICATION } from "./authentication.ts";
import { COLLECTIONS } from "./collections.ts";
import type { Command, CommandContext, Commands, ConnectionState, ServerState } from "./context.ts";
import { DIAGNOSTICS } from "./diagnostics.ts";
import { HANDSHAKE, topologyVersionOf } from "./handshake.ts";
import { INDEXES } from "./indexes.ts";
import { READS } from "./reads.ts";
import { SESSIONS, sessionKey, txnNumberOf } from "./sessions.ts";
import { WRITES } from "./write-commands.ts";

const COMMANDS: Commands = {
  ...HANDSHAKE,
  ...AUTHENTICATION,
  ...READS,
  ...WRITES,
  ...AGGREGATION,
  ...INDEXES,
  ...COLLECTIONS,
  ...SESSIONS,
  ...DIAGNOSTICS,
};

/**
 * Carries out one request and gives the reply's body, an error being a body too.
 * The command itself runs at once and undivided; its reply waits until everything it did, and everything it
 * saw, is on disk: a reader never hears of a write that a crash could still undo.
 */
export async function dispatch(
  server: ServerState,
  connection: ConnectionState,
  request: Request,
): Promise<Doc> {
  let reply: Doc;
  try {
    reply = await execute(server, connection, request.body);
  } catch (error) {
    const failure = asFailure(error);
    if (!failure)
      server.log("internal-error", { error: error instanceof Error ? error.stack : String(error) });
    reply = errorReply(
      failure ?? new MongoFailure(1, "internal error of the local MongoDB stand-in: see its log"),
    );
  }
  await server.journal.covered();
  return reply;
}

async function execute(server: ServerState, connection: ConnectionState, body: Doc): Promise<Doc> {
  const name = Object.keys(body)[0] ?? "";
  const db = body.$db;
  if (typeof db !== "string") throw new MongoFailure(40571, "OP_MSG requests require a $db argument");
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const context: CommandContext = { server, connection, name, db, body };
  authorise(context, command);
  if (!command) throw new MongoFailure(59, `no such command: '${name}'`);
  refuseOnSecondary(context, command);
  const txnNumber = txnNumberOf(context);
  const session = sessionKey(context, body.lsid);
  if (txnNumber === null || session === null || !command.retryable) {
    return { ...(await command.run(context)), ok: 1 };
  }
  const repeated = server.retryableWrites.recall(session, txnNumber);
  if (repeated) return repeated;
  // Not awaited in between: the write and its memory belong to one transaction of the storage.
  const result = command.run(context);
  if (result instanceof Promise) throw new Error(`a retryable command must not wait: ${name}`);
  const reply: Doc = { ...result, ok: 1 };
  server.retryableWrites.remember(session, txnNumber, reply);
  return reply;
}

/** Throws Unauthorized. Who has not proved who they are is not told which commands exist either. */
function authorise({ connection, name, db, body }: CommandContext, command: Command | undefined): void {
  if (command?.access === "anyone") return;
  const { identity } = connection;
  if (!identity) throw new MongoFailure(13, `Command ${name} requires authentication`);
  if (command?.access === "database" && identity.database !== db) {
    const target = isPlain(body[name]) ? "{ ... }" : JSON.stringify(body[name]);
    throw new MongoFailure(13, `not authorized on ${db} to execute command { ${name}: ${target} }`);
  }
}

/**
 * Throws NotWritablePrimary or NotPrimaryNoSecondaryOk, as drivers expect them of a member that is not the primary.
 * https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-discovery-and-monitoring.md
 */
function refuseOnSecondary({ connection, body }: CommandContext, { on }: Command): void {
  if (!on) return;
  const { member } = connection;
  const { primary, me } = member.view();
  if (primary === me) return;
  const topologyVersion = topologyVersionOf(member);
  if (on === "primary") {
    // Nothing was done: who numbers its writes may send this one to the primary.
    const labels = body.txnNumber === undefined ? {} : { errorLabels: ["RetryableWriteError"] };
    throw new MongoFailure(10107, "not primary", { ...labels, topologyVersion });
  }
  const { mode = "primary" } = isPlain(body.$readPreference) ? body.$readPreference : {};
  if (mode !== "primary") return;
  throw new MongoFailure(13435, "not primary and secondaryOk=false", { topologyVersion });
}
