import { type Db, MongoClient } from "mongodb";

/**
 * A Worker may hold six connections at once, and the driver watches each member of a replica set over one
 * of its own: with the usual three members, three are left for work.
 * @see https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
export const MAX_POOL_SIZE = 3;

/** No single wait for the database is longer: for a server, for a connection, for an answer on it. */
const TIMEOUT_MS = 5_000;

/**
 * A connection to MongoDB that comes back by itself: from a server that went away the driver recovers, but
 * a client whose first connection failed stays closed for ever, so that one is thrown away.
 */
export class Connection {
  readonly #connectionString: string;
  #connecting: Promise<MongoClient> | null = null;

  /** @param connectionString with the database in it */
  constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  /** The database, connected to. Rejects when no server can be reached; the next call tries anew. */
  async db(): Promise<Db> {
    this.#connecting ??= this.#connect();
    return (await this.#connecting).db();
  }

  async close(): Promise<void> {
    const client = await this.#connecting?.catch(() => null);
    this.#connecting = null;
    await client?.close();
  }

  async #connect(): Promise<MongoClient> {
    const client = new MongoClient(this.#connectionString, {
      maxPoolSize: MAX_POOL_SIZE,
      // Streaming would hold a second connection to each member, to measure round trips.
      serverMonitoringMode: "poll",
      serverSelectionTimeoutMS: TIMEOUT_MS,
      connectTimeoutMS: TIMEOUT_MS,
      socketTimeoutMS: TIMEOUT_MS,
      waitQueueTimeoutMS: TIMEOUT_MS,
      retryWrites: true,
      w: "majority",
      promoteBuffers: true,
    });
    try {
      return await client.connect();
    } catch (error) {
      this.#connecting = null;
      await client.close();
      throw error;
    }
  }
}
