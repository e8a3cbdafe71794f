import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { type BackendGuard, sharedGuard } from "../backend-guard.ts";
import { Unavailable } from "../errors/problem.ts";
import { jsonLogger, type Logger } from "../observability/log.ts";

/** A statement that takes longer than this is as good as none: the caller is told that Postgres does not answer. */
const TIMEOUT_MS = 5_000;

export interface PostgresVariables {
  DATABASE_URL: string;
  NEON_FETCH_ENDPOINT?: string | undefined;
}

/** Drizzle over Neon's HTTP endpoint: one round trip a statement, and one a batch, which is a transaction. */
export type Database = NeonHttpDatabase<Record<string, never>> & { $client: NeonQueryFunction<false, false> };

/** What {@link ask} is told beside what `fetch` is. */
interface Asked extends RequestInit {
  guard?: BackendGuard | null;
}

/**
 * A service's own database. Cheap to make for each request: it holds no connection, and the circuit breaker is the
 * isolate's.
 */
export function database(variables: PostgresVariables, logger: Logger = jsonLogger("postgres")): Database {
  const { DATABASE_URL, NEON_FETCH_ENDPOINT } = variables;
  if (NEON_FETCH_ENDPOINT) neonConfig.fetchEndpoint = NEON_FETCH_ENDPOINT;
  neonConfig.fetchFunction = ask;
  const guard = sharedGuard(DATABASE_URL, { backend: "postgres", logger });
  return drizzle(neon(DATABASE_URL, { fetchOptions: { guard } })) as Database;
}

/** Whether Postgres answers, asked past the circuit breaker. @throws Unavailable when it does not */
export async function pingPostgres(db: Database): Promise<void> {
  await answered(db.$client.query("select 1", [], { fetchOptions: { guard: null } }));
}

/**
 * One round trip to the endpoint. Any answer of Postgres is an answer, an error too, and so is "busy": who is told at once
 * that a queue is full need not be spared, and some of the others are served.
 */
function ask(url: string, { guard, ...init }: Asked): Promise<Response> {
  const call = async () => {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => {
      throw new Unavailable("postgres", error);
    });
    if (answer.status < 500) return answer;
    const text = await answer.clone().text().catch(String);
    if (isBusy(text)) return answer;
    throw new Unavailable("postgres", `${answer.status}: ${text.slice(0, 300)}`);
  };
  return guard ? guard(call) : call();
}

/** Class 53, insufficient resources: too many connections, or too many that wait for one. */
const isBusy = (text: string) => /"code":"53[0-9A-Z]{3}"/.test(text);

/**
 * Classes and codes of SQLSTATE that say "not now": connection, resources, operator intervention, too busy;
 * and what an operator has to mend, which is no message's fault either: a password, a database, a right or
 * a table that is not there.
 */
const NOT_NOW = /^(08|53|57P|40001|40P01|55P03|28|3D|42501|42P01)/;

/**
 * Awaits a query and tells unavailability from refusal.
 * @throws Unavailable when Postgres does not answer or cannot now; the driver's own error, with its
 *   SQLSTATE in `code`, for everything else
 */
export async function answered<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = sqlState(cause);
    if (code === undefined || NOT_NOW.test(code)) throw new Unavailable("postgres", cause);
    throw cause;
  }
}

/** The SQLSTATE of a driver's error, if it is one: `23505` is a unique violation. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export const UNIQUE_VIOLATION = "23505";
