import { createHash } from "node:crypto";
import { Pool, type PoolClient } from "pg";
import type { Log } from "../shared/log.ts";
import { connectFailure, EndpointError, SQLSTATE } from "./errors.ts";
import * as limits from "./limits.ts";
import type { Credentials } from "./request.ts";

/** Writes one line about something notable; never a secret. */

/** Connections to one server, pooled by who connects to what. */
export type Pools = {
  /**
   * A live connection of its own for the caller, who releases it. Waits its turn.
   * Throws the server's DatabaseError for a wrong password, database or right, and an EndpointError 503 when
   * there is no connection to be had; in both cases nothing was sent.
   */
  acquire(credentials: Credentials): Promise<PoolClient>;
  close(): Promise<void>;
};

/** Makes the pools of one server. `size` is the number of connections per pool. */
export function createPools(options: { host: string; port: number; size: number; log: Log }): Pools {
  const { host, port, size, log } = options;
  /** Least recently used first. */
  const pools = new Map<string, Pool>();

  function poolOf(credentials: Credentials): Pool {
    const key = keyOf(credentials);
    const pool = pools.get(key) ?? open(credentials);
    pools.delete(key);
    pools.set(key, pool);
    return pool;
  }

  function open(credentials: Credentials): Pool {
    if (pools.size >= limits.MAX_POOLS) evictIdle();
    const pool = new Pool({
      host,
      port,
      ssl: false,
      ...credentials,
      max: size,
      // Lets the statements of a transaction go out together; a client never serves two requests at once.
      pipeline: true,
      keepAlive: true,
      application_name: "ticketflow-neon",
      idleTimeoutMillis: limits.IDLE_CONNECTION_MS,
      maxLifetimeSeconds: limits.CONNECTION_LIFETIME_S,
      connectionTimeoutMillis: limits.ACQUIRE_TIMEOUT_MS,
      statement_timeout: limits.STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: limits.STATEMENT_TIMEOUT_MS,
      query_timeout: limits.STATEMENT_TIMEOUT_MS + limits.STATEMENT_GRACE_MS,
    });
    // A connection that dies while a request has it fails that request's query; one that dies while idle is
    // dropped by the pool. Without listeners either would end the process.
    pool.on("connect", (client) => client.on("error", () => {}));
    pool.on("error", (error) =>
      log("connection-lost", { database: credentials.database, reason: error.message }),
    );
    return pool;
  }

  function evictIdle(): void {
    for (const [key, pool] of pools) {
      if (pool.idleCount < pool.totalCount || pool.waitingCount > 0) continue;
      pools.delete(key);
      void pool.end();
      return;
    }
    throw new EndpointError(503, "too many roles and databases are in use", SQLSTATE.tooManyConnections);
  }

  async function acquire(credentials: Credentials): Promise<PoolClient> {
    const pool = poolOf(credentials);
    if (pool.waitingCount >= limits.MAX_QUEUE) {
      throw new EndpointError(503, "too many requests wait for a connection", SQLSTATE.tooManyConnections);
    }
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw connectFailure(error);
      });
      // One that died while idle, and whose death the pool has not heard of yet: nothing was sent on it, so
      // the next one may be tried. Each turn drops one; a new one either works or throws above.
      const { stream } = client.connection;
      if (!stream.destroyed && stream.writable && !stream.readableEnded) return client;
      client.release(true);
    }
  }

  async function close(): Promise<void> {
    const open = [...pools.values()];
    pools.clear();
    await Promise.all(open.map((pool) => pool.end()));
  }

  return { acquire, close };
}

/** The password is part of it, hashed: a wrong one must not find the connections that the right one opened. */
function keyOf({ user, password, database }: Credentials): string {
  return createHash("sha256")
    .update(JSON.stringify([user, password, database]))
    .digest("base64");
}
