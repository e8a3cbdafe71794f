import pg from "pg";
import { LOCK_TTL_MS, seatId } from "../wire.ts";

/** Room on each page for changed rows, so that an update touches no index: what a seat table is tuned to. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS seat (
  event text NOT NULL, id text NOT NULL, buyer text, locked_until bigint NOT NULL DEFAULT 0, PRIMARY KEY (event, id)
) WITH (fillfactor = 50)`;

/** Prepared once on each connection, by its name. */
const STATEMENTS = {
  begin: "BEGIN",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  lockOne: "UPDATE seat SET buyer = $3, locked_until = $4 WHERE event = $1 AND id = $2",
  lockAll: "UPDATE seat SET buyer = $3, locked_until = $4 WHERE event = $1 AND id = ANY ($2)",
  freeOne: "UPDATE seat SET buyer = NULL, locked_until = 0 WHERE event = $1 AND id = $2 AND buyer = $3",
  // In the order in which they are locked: in the table's own it would wait for who waits for it.
  freeAll: `UPDATE seat SET buyer = NULL, locked_until = 0
    FROM (SELECT id FROM seat WHERE event = $1 AND id = ANY ($2) AND buyer = $3 ORDER BY id FOR UPDATE) AS own
    WHERE seat.event = $1 AND seat.id = own.id`,
  forUpdate: "SELECT locked_until FROM seat WHERE event = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE",
};

export type Statement = keyof typeof STATEMENTS;
/** Runs a prepared statement on a connection. @returns its rows, and how many it changed */
export type Run = (statement: Statement, values?: unknown[]) => Promise<pg.QueryResult>;

/** Seats as rows of a PostgreSQL server. */
export class PostgresSeats {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  static async connect(url: string, connections: number): Promise<PostgresSeats> {
    const pool = new pg.Pool({ connectionString: url, max: connections, idleTimeoutMillis: 0 });
    pool.on("error", () => {});
    await pool.query(SCHEMA);
    return new PostgresSeats(pool);
  }

  async open(event: string, seats: number): Promise<void> {
    const ids = Array.from({ length: seats }, (_, position) => seatId(position));
    await this.#pool.query("INSERT INTO seat (event, id) SELECT $1, unnest($2::text[])", [event, ids]);
    await this.#pool.query("VACUUM ANALYZE seat");
  }

  /** One statement, which is a transaction of its own. */
  run(statement: Statement, values?: unknown[]): Promise<pg.QueryResult> {
    return this.#pool.query(named(statement, values));
  }

  /** Statements on one connection. */
  async on<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      return await work((statement, values) => client.query(named(statement, values)));
    } finally {
      client.release();
    }
  }

  async taken(event: string): Promise<string[]> {
    const { rows } = await this.#pool.query("SELECT id FROM seat WHERE event = $1 AND buyer IS NOT NULL", [
      event,
    ]);
    return rows.map(({ id }) => id as string);
  }

  async clear(): Promise<void> {
    await this.#pool.query("TRUNCATE seat");
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** Until when a lock holds that is given now. */
export const lockedUntil = (): number => Date.now() + LOCK_TTL_MS;

function named(name: Statement, values: unknown[] = []): pg.QueryConfig {
  return { name, text: STATEMENTS[name], values };
}
