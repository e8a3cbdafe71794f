import { type Collection, MongoBulkWriteError, MongoServerError, type WriteError } from "mongodb";
import type { Document, DocumentUpdate } from "./rpc.ts";

/** A unique index would have held two of the same. */
export const DUPLICATE_KEY = 11_000;

/** Inserts in one command. @returns the places of those that a unique index forbade; any other refusal is thrown */
export async function insertEach(collection: Collection<Document>, documents: Document[]): Promise<number[]> {
  try {
    await collection.insertMany(documents, { ordered: false });
    return [];
  } catch (error) {
    const refusals = refusalsIn(error);
    // The first refusal would speak for all, and a duplicate is none.
    const other = refusals.find(({ code }) => code !== DUPLICATE_KEY);
    if (other) throw asOfOne(other);
    return refusals.map(({ index }) => index);
  }
}

/** Updates in one command, each by itself. @returns how many matched; a refusal of any is thrown */
export async function updateEach(collection: Collection<Document>, some: DocumentUpdate[]): Promise<number> {
  const updates = some.map(({ filter, update }) => ({ updateOne: { filter, update } }));
  try {
    return (await collection.bulkWrite(updates, { ordered: false })).matchedCount;
  } catch (error) {
    throw asOfOne(refusalsIn(error)[0]!);
  }
}

/**
 * What of several was refused, one at least.
 * @throws whatever else ended the call. The driver wraps that in the same error, an outage for one; then nothing says what was done
 */
function refusalsIn(error: unknown): WriteError[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  if (error.result.getWriteConcernError()) throw error;
  const refusals = [error.writeErrors].flat();
  if (refusals.length === 0) throw error.errorResponse;
  return refusals;
}

/** As it would have come had it been asked for alone. */
const asOfOne = ({ err, errmsg }: WriteError) => new MongoServerError({ ...err, message: errmsg });
