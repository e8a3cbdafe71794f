import { type Db, MongoClient } from "mongodb";

/**
 * Connections for work to each member of a replica set. A Worker may have six connections at once. The driver has one more
 * to each member, by which it watches it, and it keeps those for work to a primary that stepped down, beside those to the
 * new one. So with the usual three members each may have one: 3 x (1 + 1). With three it was nine after each election.
 * `test/connections/` counts them at the servers, docs/connections.md has the arithmetic.
 * @see https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
export const MAX_POOL_SIZE = 1;

/** How often each member is asked how it is: a primary that stands still is told from the next one by then. */
const HEARTBEAT_MS = 5_000;

/**
 * How often the driver looks whether its pool has its least size, which is none. By itself it looks ten times a second,
 * in each of 36 pools of three services, and no option that it takes says otherwise.
 */
const POOL_CHECK_MS = 60_000;

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
      heartbeatFrequencyMS: HEARTBEAT_MS,
      serverSelectionTimeoutMS: TIMEOUT_MS,
      connectTimeoutMS: TIMEOUT_MS,
      socketTimeoutMS: TIMEOUT_MS,
      waitQueueTimeoutMS: TIMEOUT_MS,
      retryWrites: true,
      w: "majority",
      promoteBuffers: true,
    });
    Object.assign(client.options, { minPoolSizeCheckFrequencyMS: POOL_CHECK_MS });
    try {
      return await client.connect();
    } catch (error) {
      this.#connecting = null;
      await client.close();
      throw error;
    }
  }
}
