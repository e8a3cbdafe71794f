import { Binary, Long } from "bson";
import { MongoFailure } from "../errors.ts";
import { type Doc, isPlain } from "../wire/values.ts";
import { docListOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";

const UNSUPPORTED = "Multi-document transactions are not supported by this server";

/** A session's name in storage: two users' sessions are never one. Null without an lsid. */
export function sessionKey(context: CommandContext, lsid: unknown): string | null {
  if (lsid === undefined) return null;
  const id = isPlain(lsid) ? lsid.id : undefined;
  if (!(id instanceof Binary)) throw new MongoFailure(14, "BSON field 'lsid.id' must be a UUID");
  const { identity } = context.connection;
  return JSON.stringify([identity?.database, identity?.user, Buffer.from(id.value()).toString("hex")]);
}

/** The transaction number of a retryable write, or null. Throws for a multi-document transaction. */
export function txnNumberOf({ body }: CommandContext): bigint | null {
  if (body.autocommit !== undefined || body.startTransaction !== undefined) {
    throw new MongoFailure(263, UNSUPPORTED);
  }
  if (body.txnNumber === undefined) return null;
  if (!Long.isLong(body.txnNumber))
    throw new MongoFailure(14, "BSON field 'txnNumber' must be a 64-bit integer");
  if (body.lsid === undefined)
    throw new MongoFailure(72, "Transaction number requires a session ID to also be specified");
  return body.txnNumber.toBigInt();
}

function endSessions(context: CommandContext): Doc {
  for (const lsid of docListOf(context.body, "endSessions")) {
    const key = sessionKey(context, lsid);
    if (key) context.server.retryableWrites.forget(key);
  }
  return {};
}

function refuseTransaction(): Doc {
  throw new MongoFailure(263, UNSUPPORTED);
}

export const SESSIONS: Commands = {
  endSessions: { run: endSessions, access: "user" },
  refreshSessions: { run: () => ({}), access: "user" },
  commitTransaction: { run: refuseTransaction, access: "user" },
  abortTransaction: { run: refuseTransaction, access: "user" },
};
