import { setTimeout as wait } from "node:timers/promises";
import { Long, ObjectId } from "bson";
import {
  MAX_DOCUMENT_BYTES,
  MAX_HELLO_WAIT_MS,
  MAX_MESSAGE_BYTES,
  MAX_WRITE_BATCH,
  SESSION_TIMEOUT_MINUTES,
} from "../limits.ts";
import { type Doc, isPlain } from "../wire/values.ts";
import { countOf } from "./arguments.ts";
import { speculate } from "./authentication.ts";
import type { Command, CommandContext, Commands } from "./context.ts";

/** MongoDB 7.0's: 8.0's 25 would promise the bulkWrite command. */
const MAX_WIRE_VERSION = 21;
export const SERVER_VERSION = "7.0.0";
const REPLICA_SET = "ticketflow";
/** One primary for ever: the driver takes a member for stale when this falls, so it never changes. */
const ELECTION_ID = new ObjectId("7fffffff0000000000000001");

/**
 * https://www.mongodb.com/docs/manual/reference/command/hello/
 * One node that says it is the primary of a replica set: drivers retry writes and use sessions only there.
 * With a topologyVersion that is still current it waits, as an awaitable hello must: nothing ever changes.
 */
async function hello(context: CommandContext): Promise<Doc> {
  const { body, connection, server } = context;
  const known = isPlain(body.topologyVersion) ? body.topologyVersion.processId : undefined;
  if (known instanceof ObjectId && known.equals(server.processId)) {
    const waitMs = Math.min(countOf(body, "maxAwaitTimeMS", 0), MAX_HELLO_WAIT_MS);
    await wait(waitMs, undefined, { signal: connection.closed, ref: false }).catch(() => {});
  }
  const speculative = speculate(context);
  const now = new Date(server.clock());
  return {
    helloOk: true,
    [context.name === "hello" ? "isWritablePrimary" : "ismaster"]: true,
    topologyVersion: { processId: server.processId, counter: Long.ZERO },
    hosts: [connection.address],
    setName: REPLICA_SET,
    setVersion: 1,
    secondary: false,
    primary: connection.address,
    me: connection.address,
    electionId: ELECTION_ID,
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
