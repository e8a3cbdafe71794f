import { Client, DatabaseError } from "pg";
import { SUPERUSER } from "./cluster.ts";

/** A local server answers in milliseconds; a probe that waits longer holds up its asker. */
const PROBE_TIMEOUT_MS = 2_000;
/** SQLSTATE class "invalid authorization": more waiting does not help. */
const AUTHORIZATION_CLASS = "28";

/**
 * Asks the server `select 1`. False while it is not (yet) there, is starting up or does not answer in time.
 * Throws when it refuses the password, since waiting would not change that.
 */
export async function postgresReady(
  port: number,
  options: { password: string; user?: string; database?: string; timeoutMs?: number },
): Promise<boolean> {
  const { password, user = SUPERUSER, database = user, timeoutMs = PROBE_TIMEOUT_MS } = options;
  const client = new Client({
    host: "127.0.0.1",
    port,
    user,
    database,
    password,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code?.startsWith(AUTHORIZATION_CLASS)) throw error;
    return false;
  } finally {
    // Not awaited: a server that hangs would not say goodbye either.
    void client.end().catch(() => {});
  }
}
