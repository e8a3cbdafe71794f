import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { Unavailable } from "../errors/problem.ts";

/** A statement that takes longer than this is as good as none: the caller is told that Postgres does not answer. */
const TIMEOUT_MS = 5_000;

export interface PostgresVariables {
  DATABASE_URL: string;
  NEON_FETCH_ENDPOINT?: string | undefined;
}

/** Drizzle over Neon's HTTP endpoint: one round trip a statement, and one a batch, which is a transaction. */
export type Database = NeonHttpDatabase<Record<string, never>> & { $client: NeonQueryFunction<false, false> };

/** A service's own database. Stateless: cheap to make for each request. */
export function database(variables: PostgresVariables): Database {
  if (variables.NEON_FETCH_ENDPOINT) neonConfig.fetchEndpoint = variables.NEON_FETCH_ENDPOINT;
  neonConfig.fetchFunction = (url: string, init: RequestInit) =>
    fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return drizzle(neon(variables.DATABASE_URL)) as Database;
}

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
