import { EJSON } from "bson";
import type { Document, Filter, MongoClient } from "mongodb";
import { withoutSecrets } from "./secrecy.ts";

const LIMIT_MS = 5_000;
const MAX_FILTER = 2_000;

/** Operators that run code or reach other collections. */
const REFUSED = /"\$(?:where|function|accumulator|lookup)"/;

/** A filter that cannot be used; the message says why. */
export class BadFilter extends Error {}

/** Documents as indented extended JSON, secrets hidden, newest ids first, and whether there are more. */
export interface DocumentPage {
  documents: { id: string; text: string }[];
  hasMore: boolean;
}

/** The services' document databases, to be read only. */
export interface DocumentStores {
  services: string[];
  /** The collections of a service's database with how many documents each has. */
  collections(service: string): Promise<{ name: string; documents: number }[]>;
  /** @throws BadFilter */
  find(
    service: string,
    collection: string,
    page: { filter: string; skip: number; limit: number },
  ): Promise<DocumentPage>;
  close(): Promise<void>;
}

/** @param uris connection strings by service; each names the service's own database */
export function documentStores(uris: Record<string, string>): DocumentStores {
  const clients = new Map<string, MongoClient>();
  /** The driver is read when it is first needed: until then it would only take memory. */
  async function databaseOf(service: string) {
    let client = clients.get(service);
    if (!client) {
      const { MongoClient } = await import("mongodb");
      client = new MongoClient(uris[service]!, { serverSelectionTimeoutMS: LIMIT_MS, maxPoolSize: 2 });
      clients.set(service, client);
    }
    return client.db();
  }
  return {
    services: Object.keys(uris),
    async collections(service) {
      const db = await databaseOf(service);
      const found = await db.listCollections({}, { nameOnly: true }).toArray();
      const names = found.map(({ name }) => name).toSorted();
      return Promise.all(
        names.map(async (name) => ({ name, documents: await db.collection(name).estimatedDocumentCount() })),
      );
    },
    async find(service, collection, { filter, skip, limit }) {
      const parsed = parseFilter(filter);
      const found = await (await databaseOf(service))
        .collection(collection)
        .find(parsed, { sort: { _id: -1 }, skip, limit: limit + 1, maxTimeMS: LIMIT_MS })
        .toArray();
      return { documents: found.slice(0, limit).map(present), hasMore: found.length > limit };
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function present(document: Document): { id: string; text: string } {
  const json: unknown = EJSON.serialize(document, { relaxed: true });
  return { id: String(document._id), text: JSON.stringify(withoutSecrets(json), null, 2) };
}

function parseFilter(text: string): Filter<Document> {
  if (text.trim() === "") return {};
  if (text.length > MAX_FILTER) throw new BadFilter(`A filter has at most ${MAX_FILTER} characters.`);
  if (REFUSED.test(text)) throw new BadFilter("A filter must not run code or reach other collections.");
  let parsed: unknown;
  try {
    parsed = EJSON.parse(text);
  } catch (error) {
    throw new BadFilter(`The filter is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new BadFilter('A filter is an object, such as {"status":"CAPTURED"}.');
  }
  return parsed as Filter<Document>;
}
