import { BSON, type Db, MongoInvalidArgumentError, MongoServerError } from "mongodb";
import type { Document, DocumentAnswer, DocumentCommand } from "./rpc.ts";
import { DUPLICATE_KEY, insertEach, updateEach } from "./several.ts";
import { brokenRules, VALIDATION_FAILURE } from "./validation-failure.ts";

/**
 * Errors by which a server says "not now": an election, a shutdown, a time limit, a majority out of reach,
 * a password that is being changed. And an internal error (1), a server's 500: by it FerretDB says that its own store is
 * away, and a message must not go to the dead letters for that.
 * @see https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md
 */
const PASSING = new Set([
  1, 6, 7, 18, 24, 46, 50, 64, 89, 91, 112, 134, 189, 202, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** Executes a command; whatever goes wrong is said in the answer. */
export async function answer(connect: () => Promise<Db>, command: DocumentCommand): Promise<DocumentAnswer> {
  try {
    return { ok: true, value: await execute(await connect(), command) };
  } catch (error) {
    return { ok: false, kind: kindOf(error), detail: detailOf(error, command) };
  }
}

async function execute(db: Db, command: DocumentCommand): Promise<unknown> {
  if (command.do === "ping") return (await db.command({ ping: 1 })).ok === 1;
  const collection = db.collection<Document>(command.in);
  switch (command.do) {
    case "findOne":
      return collection.findOne(command.filter, command.options);
    case "find":
      return collection.find(command.filter, command.options).toArray();
    case "count":
      return collection.countDocuments(command.filter);
    case "insertOne":
      return (await collection.insertOne(command.document)).insertedId;
    case "findOneAndUpdate":
      return collection.findOneAndUpdate(command.filter, command.update, { returnDocument: "after" });
    case "insertEach":
      return insertEach(collection, command.documents);
    case "updateEach":
      return updateEach(collection, command.updates);
  }
}

/** A schema's refusal is a fault of ours, and final: whoever reads it in a dead letter needs to know what it broke. */
function detailOf(error: unknown, command: DocumentCommand): string {
  if (!(error instanceof MongoServerError) || error.code !== VALIDATION_FAILURE) return String(error);
  return `${error}${"in" in command ? ` in ${command.in}` : ""}: ${brokenRules(error)}`;
}

/** An outage is waited for; what can never succeed must not be waited for, or it would hold up the rest. */
function kindOf(error: unknown): "duplicate" | "unavailable" | "refused" {
  if (error instanceof MongoServerError) {
    if (error.code === DUPLICATE_KEY) return "duplicate";
    return isPassing(error) ? "unavailable" : "refused";
  }
  const isOurFault =
    error instanceof BSON.BSONError ||
    error instanceof MongoInvalidArgumentError ||
    error instanceof TypeError;
  return isOurFault ? "refused" : "unavailable";
}

function isPassing(error: MongoServerError): boolean {
  const isLabelled = error.hasErrorLabel("RetryableWriteError") || error.hasErrorLabel("RetryableError");
  return isLabelled || PASSING.has(Number(error.code));
}
