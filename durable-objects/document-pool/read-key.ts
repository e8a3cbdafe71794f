import { BSON } from "mongodb";
import type { DocumentCommand } from "./rpc.ts";

/** Reads with the same key are the same read; null for what writes, and for what asks how the database is. */
export function readKey(command: DocumentCommand): string | null {
  const isRead = command.do === "findOne" || command.do === "find" || command.do === "count";
  return isRead ? BSON.EJSON.stringify(command) : null;
}
