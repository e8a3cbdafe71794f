import { setTimeout as wait } from "node:timers/promises";
import { Long, ObjectId } from "bson";
import {
  MAX_DOCUMENT_BYTES,
  MAX_HELLO_WAIT_MS,
  MAX_MESSAGE_BYTES,
  MAX_WRITE_BATCH,
  SESSION_TIMEOUT_MINUTES,
} from "../limits.ts";
import type { Member } from "../member.ts";
import { type Doc, isPlain } from "../wire/values.ts";
import { countOf } from "./arguments.ts";
import { speculate } from "./authentication.ts";
import type { Command, CommandContext, Commands } from "./context.ts";

/** MongoDB 7.0's: 8.0's 25 would promise the bulkWrite command. */
const MAX_WIRE_VERSION = 21;
export const SERVER_VERSION = "7.0.0";
const REPLICA_SET = "ticketflow";

/**
 * https://www.mongodb.com/docs/manual/reference/command/hello/
 * With a topologyVersion that is still current it waits, as an awaitable hello must, until something changes.
 */
async function hello(context: CommandContext): Promise<Doc> {
  const { body, connection, server } = context;
  await untilNews(context);
  const speculative = speculate(context);
  const now = new Date(server.clock());
  const { me, hosts, primary, electionId } = connection.member.view();
  const isPrimary = primary === me;
  return {
    helloOk: true,
    [context.name === "hello" ? "isWritablePrimary" : "ismaster"]: isPrimary,
    topologyVersion: topologyVersionOf(connection.member),
    hosts,
    setName: REPLICA_SET,
    setVersion: 1,
    secondary: !isPrimary,
    ...(primary ? { primary } : {}),
    me,
    ...(isPrimary ? { electionId } : {}),
    lastWrite: { lastWriteDate: now },
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: now,
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
    // Said for every name, so that the answer does not tell which exist.
    ...(body.saslSupportedMechs ? { saslSupportedMechs: ["SCRAM-SHA-256"] } : {}),
    ...(speculative ? { speculativeAuthenticate: speculative } : {}),
  };
}

/** Waits where the caller knows the newest view, as long as it allows. */
async function untilNews({ body, connection }: CommandContext): Promise<void> {
  const { member, closed } = connection;
  const { processId, counter } = isPlain(body.topologyVersion) ? body.topologyVersion : {};
  if (!(processId instanceof ObjectId && processId.equals(member.processId))) return;
  if (Number(counter) !== member.view().counter) return;
  const waitMs = Math.min(countOf(body, "maxAwaitTimeMS", 0), MAX_HELLO_WAIT_MS);
  const over = wait(waitMs, undefined, { signal: closed, ref: false }).catch(() => {});
  await Promise.race([over, member.changed()]);
}

/** https://www.mongodb.com/docs/manual/reference/command/hello/#topologyversion */
export const topologyVersionOf = (member: Member): Doc => ({
  processId: member.processId,
  counter: Long.fromNumber(member.view().counter),
});

function connectionStatus({ connection }: CommandContext): Doc {
  const { identity } = connection;
  const authenticatedUsers = identity ? [{ user: identity.user, db: identity.database }] : [];
  const authenticatedUserRoles = identity ? [{ role: "readWrite", db: identity.database }] : [];
  return { authInfo: { authenticatedUsers, authenticatedUserRoles } };
}

const buildInfo: Command = {
  run: () => ({
    version: SERVER_VERSION,
    versionArray: [...SERVER_VERSION.split(".").map(Number), 0],
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    modules: ["ticketflow-local"],
  }),
  access: "anyone",
};

export const HANDSHAKE: Commands = {
  hello: { run: hello, access: "anyone" },
  isMaster: { run: hello, access: "anyone" },
  ismaster: { run: hello, access: "anyone" },
  ping: { run: () => ({}), access: "anyone" },
  buildInfo,
  buildinfo: buildInfo,
  connectionStatus: { run: connectionStatus, access: "anyone" },
};
