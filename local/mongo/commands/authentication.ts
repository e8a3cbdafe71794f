import { Binary } from "bson";
import { startConversation } from "../auth/scram.ts";
import { MongoFailure } from "../errors.ts";
import { type Doc, isPlain, view } from "../wire/values.ts";
import { stringOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";

/** https://github.com/mongodb/specifications/blob/master/source/auth/auth.md */
const MECHANISM = "SCRAM-SHA-256";

/** One conversation a connection at a time, so one number is enough. */
const CONVERSATION_ID = 1;

function saslStart(context: CommandContext): Doc {
  return start(context, context.body, context.db);
}

function start({ server, connection }: CommandContext, request: Doc, database: string): Doc {
  connection.conversation = null;
  const mechanism = stringOf(request, "mechanism");
  if (mechanism !== MECHANISM) {
    throw new MongoFailure(334, `Received authentication for mechanism ${mechanism} which is not enabled`);
  }
  const scram = startConversation(payloadOf(request), (name) => server.users.credentialOf(database, name));
  const skipEmptyExchange = isPlain(request.options) && request.options.skipEmptyExchange === true;
  connection.conversation = { database, scram, skipEmptyExchange, finished: null };
  return answer(scram.serverFirst, false);
}

function saslContinue(context: CommandContext): Doc {
  const { connection, body, server } = context;
  const { conversation } = connection;
  if (!conversation || view(body.conversationId) !== CONVERSATION_ID) {
    throw new MongoFailure(17, "No SASL session state found");
  }
  if (conversation.finished) return finish(context, conversation.finished, "");
  const { scram, database } = conversation;
  const serverFinal = scram.finish(payloadOf(body));
  if (serverFinal === null) {
    connection.conversation = null;
    server.log("authentication-failed", { user: scram.userName, database });
    throw new MongoFailure(18, "Authentication failed.");
  }
  const identity = { user: scram.userName, database };
  if (conversation.skipEmptyExchange) return finish(context, identity, serverFinal);
  conversation.finished = identity;
  return answer(serverFinal, false);
}

function finish(
  { connection }: CommandContext,
  identity: { user: string; database: string },
  payload: string,
): Doc {
  connection.conversation = null;
  connection.identity = identity;
  return answer(payload, true);
}

function answer(payload: string, done: boolean): Doc {
  return { conversationId: CONVERSATION_ID, done, payload: new Binary(Buffer.from(payload)) };
}

function payloadOf(body: Doc): string {
  if (!(body.payload instanceof Binary)) throw new MongoFailure(14, "BSON field 'payload' must be binary");
  return Buffer.from(body.payload.value()).toString("utf8");
}

/** The first authentication step inside a hello; null when there is none or it cannot go on (clients start over). */
export function speculate(context: CommandContext): Doc | null {
  const request = context.body.speculativeAuthenticate;
  if (!isPlain(request) || typeof request.db !== "string") return null;
  try {
    return { ...start(context, request, request.db), ok: 1 };
  } catch (error) {
    if (error instanceof MongoFailure) return null;
    throw error;
  }
}

export const AUTHENTICATION: Commands = {
  saslStart: { run: saslStart, access: "anyone" },
  saslContinue: { run: saslContinue, access: "anyone" },
  logout: {
    run: ({ connection }) => {
      connection.identity = null;
      return {};
    },
    access: "anyone",
  },
};
