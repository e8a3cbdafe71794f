import { DurableObject } from "cloudflare:workers";
import { type Db, MongoClient, MongoServerError } from "mongodb";
import type { Document, DocumentAnswer, DocumentCommand, DocumentPoolRpc } from "./rpc.ts";

/**
 * A Worker may hold six connections at once, and the driver's monitor takes one of them: four are left
 * for work, and one in reserve for a reconnect.
 * @see https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
const MAX_POOL_SIZE = 4;

/** Nothing waits longer than this for the database: neither for a connection, nor for an answer. */
const TIMEOUT_MS = 5_000;

/** A unique index would have held two of the same. */
const DUPLICATE_KEY = 11_000;

/**
 * A service's MongoDB connections. They live here because a client in a Worker's globals hangs on its
 * second request, while a Durable Object may keep its sockets for as long as it lives.
 */
export abstract class DocumentPool<Env> extends DurableObject<Env> implements DocumentPoolRpc {
  #client: MongoClient | null = null;

  /** A MongoDB connection string with the database in it. */
  protected abstract connectionString(): string;

  async run(command: DocumentCommand): Promise<DocumentAnswer> {
    try {
      return { ok: true, value: await execute(this.#db(), command) };
    } catch (error) {
      if (!(error instanceof MongoServerError))
        return { ok: false, kind: "unavailable", detail: String(error) };
      const kind = error.code === DUPLICATE_KEY ? "duplicate" : "refused";
      return { ok: false, kind, detail: error.message };
    }
  }

  #db(): Db {
    this.#client ??= new MongoClient(this.connectionString(), {
      maxPoolSize: MAX_POOL_SIZE,
      serverMonitoringMode: "poll",
      serverSelectionTimeoutMS: TIMEOUT_MS,
      connectTimeoutMS: TIMEOUT_MS,
      socketTimeoutMS: TIMEOUT_MS,
      waitQueueTimeoutMS: TIMEOUT_MS,
      retryWrites: true,
      w: "majority",
      promoteBuffers: true,
    });
    return this.#client.db();
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
  }
}
