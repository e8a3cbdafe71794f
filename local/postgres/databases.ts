import { Client } from "pg";
import { SUPERUSER } from "./cluster.ts";

/** A service's role and database, both called `name`. */
export type ServiceDatabase = { name: string; password: string };

/** Any fixed number: two starters at once take turns on it. */
const SETUP_LOCK = 7_301_001;
/** Start-up does a handful of catalogue changes; longer means that something holds a lock. */
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
const SERVICE_NAME = /^[a-z][a-z0-9_]{0,30}$/;
/** Databases that no service has business in. */
const SHARED_DATABASES = [SUPERUSER, "template1"];

/**
 * Makes one role and one database per service, the database owned by its role and closed to every other.
 * Safe to repeat and to run twice at once; a changed password is applied.
 * Throws on a name that is not lower-case letters, digits and underscores, and when the server refuses.
 */
export async function ensureDatabases(options: {
  port: number;
  superuserPassword: string;
  services: readonly ServiceDatabase[];
}): Promise<void> {
  for (const { name, password } of options.services) {
    if (!SERVICE_NAME.test(name) || name === SUPERUSER || name.startsWith("pg_")) {
      throw new Error(`"${name}" cannot be the name of a service's database`);
    }
    if (password === "") throw new Error(`the password of database ${name} is empty`);
  }
  const client = new Client({
    host: "127.0.0.1",
    port: options.port,
    user: SUPERUSER,
    database: SUPERUSER,
    password: options.superuserPassword,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on("error", () => {}); // A lost connection also rejects the query in flight, which reports it.
  await client.connect();
  try {
    // A failing statement is logged with its text, and these hold passwords.
    await client.query("set log_min_error_statement = panic");
    await client.query("select pg_advisory_lock($1)", [SETUP_LOCK]);
    for (const database of SHARED_DATABASES)
      await client.query(`revoke connect on database ${database} from public`);
    for (const service of options.services) await ensureDatabase(client, service);
  } finally {
    await client.end();
  }
}

async function ensureDatabase(client: Client, { name, password }: ServiceDatabase): Promise<void> {
  const id = client.escapeIdentifier(name);
  const role = await client.query("select 1 from pg_roles where rolname = $1", [name]);
  if (role.rowCount === 0) await client.query(`create role ${id}`);
  const rights = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls";
  await client.query(`alter role ${id} with ${rights} password ${client.escapeLiteral(password)}`);
  const database = await client.query("select 1 from pg_database where datname = $1", [name]);
  if (database.rowCount === 0) await client.query(`create database ${id} owner ${id}`);
  else await client.query(`alter database ${id} owner to ${id}`);
  // A new database lets everybody connect (and make temporary tables).
  await client.query(`revoke all on database ${id} from public`);
}
