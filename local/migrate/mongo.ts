import { readFile } from "node:fs/promises";
import { type IndexDescription, MongoClient } from "mongodb";

/** A local server answers at once; one that does not is not there. */
const TIMEOUT_MS = 5_000;

/**
 * Creates the indexes that a service's file lists by collection; idempotent.
 * @param file JSON: `{ "<collection>": [{ "name", "key", "unique"?, "partialFilterExpression"? }] }`
 * @throws when the server does not answer, or has an index of that name with other settings
 */
export async function migrateMongo(options: { uri: string; file: string }): Promise<void> {
  const collections = JSON.parse(await readFile(options.file, "utf8")) as Record<string, IndexDescription[]>;
  const client = new MongoClient(options.uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
  try {
    for (const [name, indexes] of Object.entries(collections))
      await client.db().collection(name).createIndexes(indexes);
  } finally {
    await client.close();
  }
}
