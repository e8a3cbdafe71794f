import { DurableObject } from "cloudflare:workers";
import { neonConfig, Pool } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { systemClock } from "#shared/clock.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { answered, database } from "#shared/postgres/database.ts";

/*
 * A service's edge that reads Postgres, in the two ways that ADR 30 compares: `/http`, as all services do it, and
 * `/object`, by objects that hold a pool of WebSocket connections. Nothing of ours but these runs the second.
 */

const silent = { info() {}, warn() {}, error() {} };
const app = serviceApp({ service: "edge", clock: systemClock, logger: silent, gatewayKey: () => "" });

/** How long each read takes inside Postgres is the `slow` table's to say: seconds, in its one row. */
const STATEMENT = "select pg_sleep(seconds) from slow";

app.get("/http", async (c) => {
  const db = database(c.env, silent);
  await answered(db.execute(sql.raw(STATEMENT)));
  return c.json({ served: true });
});

let turn = 0;
app.get("/object", async (c) => {
  turn = (turn + 1) % OBJECTS;
  const answer = await c.env.POOL.getByName(`pool-${turn}`)
    .read()
    .catch((error) => ({ ok: false, detail: String(error) }));
  if (!answer.ok) throw new Unavailable("postgres", answer.detail);
  return c.json({ served: true });
});

/** Ten connections in all, as the endpoint's pool has; an object may hold six. */
const OBJECTS = 2;
const CONNECTIONS = 5;
/** As the endpoint's (local/neon/limits.ts), shared by the objects. */
const MAX_QUEUE = 128;
const ACQUIRE_TIMEOUT_MS = 4_000;

export class WebSocketPool extends DurableObject {
  #pool = null;

  async read() {
    this.#pool ??= this.#open();
    if (this.#pool.waitingCount >= MAX_QUEUE) return { ok: false, detail: "too many wait" };
    try {
      await this.#pool.query(STATEMENT);
      return { ok: true };
    } catch (error) {
      return { ok: false, detail: String(error) };
    }
  }

  #open() {
    neonConfig.wsProxy = (host, port) => `${this.env.WEB_SOCKETS}?address=${host}:${port}`;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineTLS = false;
    neonConfig.pipelineConnect = false;
    const pool = new Pool({
      connectionString: this.env.DATABASE_URL,
      max: CONNECTIONS,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
    });
    pool.on("error", () => {});
    return pool;
  }
}

export default app;
