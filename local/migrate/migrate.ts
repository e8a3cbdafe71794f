import { runner } from "node-pg-migrate";
import { Client, type ClientConfig, DatabaseError } from "pg";
import { MIGRATIONS_TABLE, pendingMigrations, recordChecksum } from "./applied.ts";
import { type MigrationFile, readMigrations } from "./files.ts";

/** One migrator at a time in a database; advisory locks are per database, so one number does for all. */
const MIGRATION_LOCK = 7_301_002;
/** How long a second migrator waits for the first, and a migration for a table somebody uses. */
const LOCK_WAIT_MS = 60_000;
/** One statement of a migration; rewriting a large table takes minutes, not longer. */
const STATEMENT_TIMEOUT_MS = 600_000;
/** A database that sleeps, as Neon's does, takes some seconds to wake. */
const CONNECT_TIMEOUT_MS = 10_000;
/** lock_not_available: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = "55P03";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A service's own role; role, database and service have one name. */
type LocalDatabase = { host: string; port: number; service: string; password: string };

/**
 * Brings a service's database up to its folder of SQL files, as the service's own role. Each file is one transaction.
 * Safe to repeat, and to run twice at once: the second waits. Answers the names of the files applied, or with `dryRun`
 * of those that would be.
 *
 * Throws when an applied file was changed or is not there (an older checkout than the database), when a new file comes
 * before an applied one, and when a file fails: the error names file and line, that file is undone, and those before it
 * stay applied.
 */
export async function migratePostgres(
  options: (LocalDatabase | { connectionString: string }) & {
    /** The service's folder. */
    dir: string;
    dryRun?: boolean;
  },
): Promise<string[]> {
  const { dir, dryRun = false } = options;
  const files = await readMigrations(dir);
  const client = new Client({
    ...addressOf(options),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_WAIT_MS,
  });
  client.on("error", () => {}); // A lost connection also rejects the query in flight, which reports it.
  await client.connect();
  try {
    if (!dryRun) await lock(client);
    const pending = await pendingMigrations(client, files);
    if (!dryRun) for (const file of pending) await apply(client, dir, file);
    return pending.map(({ name }) => name);
  } finally {
    await client.end(); // Gives the lock back, too.
  }
}

function addressOf(target: LocalDatabase | { connectionString: string }): ClientConfig {
  if ("connectionString" in target) return { connectionString: target.connectionString };
  const { host, port, service, password } = target;
  return { host, port, user: service, database: service, password };
}

async function lock(client: Client): Promise<void> {
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    const seconds = LOCK_WAIT_MS / 1_000;
    throw new Error(`another migration has been at work for ${seconds} s; try again later`, { cause: error });
  }
}

async function apply(client: Client, dir: string, file: MigrationFile): Promise<void> {
  await recordChecksum(client, file);
  try {
    await runner({
      dbClient: client,
      dir,
      direction: "up",
      file: file.name,
      migrationsTable: MIGRATIONS_TABLE,
      checkOrder: true,
      // One file a call, so this is one transaction a file.
      singleTransaction: true,
      // We hold a lock already, one that waits where its own fails.
      noLock: true,
      logger: silent,
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const place = error.position ? `:${lineOf(file.content, Number(error.position))}` : "";
    throw new Error(`${file.path}${place}: ${error.message}`, { cause: error });
  }
}

/** The line of a character, both counted from 1. The server counts code points, not UTF-16 units. */
function lineOf(content: string, position: number): number {
  const before = [...content].slice(0, position - 1);
  return before.filter((character) => character === "\n").length + 1;
}
