import { readFile } from "node:fs/promises";
import { type Collection, type IndexDescription, MongoClient, MongoServerError } from "mongodb";

/** A local server answers at once; one that does not is not there. */
const TIMEOUT_MS = 5_000;

/**
 * How a server says that it does not know something: CommandNotFound, CommandNotSupported, NotImplemented.
 * @see https://www.mongodb.com/docs/manual/reference/error-codes/
 */
const NOT_KNOWN = new Set([59, 115, 238]);

/**
 * Creates the indexes that a service's file lists by collection; idempotent.
 *
 * A server that speaks MongoDB's protocol may not know what is only an optimisation or a way to forget: a partial index
 * is then a plain one, and so is one with a time to live. A unique one is never made as anything else.
 * @param file JSON: `{ "<collection>": [{ "name", "key", "unique"?, "partialFilterExpression"? }] }`
 * @returns what this server does not know, a line each
 * @throws when the server does not answer, or has an index of that name with other settings
 */
export async function migrateMongo(options: { uri: string; file: string }): Promise<string[]> {
  const collections = JSON.parse(await readFile(options.file, "utf8")) as Record<string, IndexDescription[]>;
  const client = new MongoClient(options.uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
  const notes: string[] = [];
  try {
    for (const [name, indexes] of Object.entries(collections)) {
      for (const index of indexes) notes.push(...(await ensureIndex(client.db().collection(name), index)));
    }
    return notes;
  } finally {
    await client.close();
  }
}

async function ensureIndex(collection: Collection, index: IndexDescription): Promise<string[]> {
  try {
    await collection.createIndexes([index]);
    return [];
  } catch (error) {
    const lost = (["partialFilterExpression", "expireAfterSeconds"] as const).filter(
      (option) => option in index,
    );
    const isNotKnown = error instanceof MongoServerError && NOT_KNOWN.has(Number(error.code));
    if (!isNotKnown || index.unique || lost.length === 0) throw error;
    const { name, key } = index;
    await collection.createIndexes([{ name: name!, key }]);
    return [`not applied on this server: ${lost.join(", ")} of ${collection.collectionName}.${name}`];
  }
}
