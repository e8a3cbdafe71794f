import { randomUUID } from "node:crypto";
import {
  type Collection,
  type Db,
  type Document,
  MongoClient,
  type MongoClientOptions,
  MongoServerError,
} from "mongodb";
import { afterAll, beforeAll } from "vitest";
import { fixture } from "../../../../local/mongo/fixture.ts";
import { conformanceTarget } from "../../support/target.ts";

/** A document with an `_id` of a test's own choosing. */
export type Row = Document & { _id: string | number };

/** What a case talks to MongoDB with. */
export interface World {
  /** A connection string with credentials and a database. */
  readonly uri: string;
  /** The official driver's database of that connection string. */
  readonly db: Db;
  /** A collection of this case alone; dropped after the cases. */
  rows(...documents: Row[]): Promise<Collection<Row>>;
  /** Another client, closed after the cases. It is not connected yet. */
  client(uri: string, options?: MongoClientOptions): MongoClient;
}

async function startStandIn() {
  const server = await fixture();
  return { url: server.uri(), close: server.stop };
}

/** Call it at the top of a file, and use what it gives inside cases. CONFORMANCE_MONGO_URL is a connection string. */
export function useMongo(): World {
  const target = conformanceTarget("mongo", startStandIn);
  const clients: MongoClient[] = [];
  const collections: Collection<Row>[] = [];
  const client: World["client"] = (uri, options = {}) => {
    const made = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000, ...options });
    clients.push(made);
    return made;
  };
  let db: Db | null = null;
  beforeAll(() => {
    db = client(target(), { maxPoolSize: 20 }).db();
  });
  // Registered after the stand-in's own hook, so it runs before that one stops it.
  afterAll(async () => {
    for (const collection of collections) await collection.drop().catch(() => {});
    for (const one of clients) await one.close();
  });
  const database = () => {
    if (!db) throw new Error("the database is known only inside cases and hooks");
    return db;
  };
  return {
    get uri() {
      return target();
    },
    get db() {
      return database();
    },
    async rows(...documents) {
      const collection = database().collection<Row>(`conformance_${randomUUID()}`);
      collections.push(collection);
      if (documents.length > 0) await collection.insertMany(documents);
      return collection;
    },
    client,
  };
}

/** The code of the server's error that an operation ends with, or what it answered. */
export async function codeOf(operation: Promise<unknown>): Promise<unknown> {
  try {
    return `answered ${JSON.stringify(await operation)}`;
  } catch (error) {
    if (error instanceof MongoServerError) return error.code;
    throw error;
  }
}
