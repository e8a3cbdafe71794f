import { createHash } from "node:crypto";
import { type CustomTypesConfig, DatabaseError, type PoolClient, type QueryArrayConfig } from "pg";
import { EndpointError, runFailure } from "./errors.ts";
import { MAX_PREPARED, MAX_RESPONSE_BYTES } from "./limits.ts";
import type { Pools } from "./pools.ts";
import type { Credentials, SqlRequest, Statement } from "./request.ts";

type Field = {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: string;
};
/** A statement's result as the driver reads it: values are the server's text, or null. */
export type SqlResult = {
  command: string;
  rowCount: number | null;
  fields: Field[];
  rows: (string | null)[][] | Record<string, string | null>[];
  rowAsArray: boolean;
};

/** Runs requests against pooled connections; one whose caller `isGone` when its turn comes is not run any more. */
export type Executor = (
  credentials: Credentials,
  request: SqlRequest,
  isGone?: () => boolean,
) => Promise<SqlResult[]>;

/** Prepared earlier on this connection, but no longer valid there: the server refused before running it. */
function isStaleStatement(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  // A table changed under a prepared statement; or somebody dropped all prepared statements.
  return (error.code === "0A000" && error.routine === "RevalidateCachedQuery") || error.code === "26000";
}

/** An error of the statement alone; after a fatal one the server hangs up. */
function leavesConnectionUsable(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === "ERROR" && !isStaleStatement(error);
}

/**
 * Makes the executor. Statements are prepared under a name kept per connection: the server then parses and
 * analyses each text once and not at every call.
 */
export function createExecutor(pools: Pools): Executor {
  const names = new Map<string, string>();

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known || names.size >= MAX_PREPARED) return known;
    const name = createHash("sha256").update(text).digest("base64url");
    names.set(text, name);
    return name;
  }

  async function attempt(
    credentials: Credentials,
    request: SqlRequest,
    isGone: () => boolean,
    prepared: boolean,
  ) {
    const client = await pools.acquire(credentials);
    // What nobody waits for would be done at the expense of those who still do, and to no use.
    if (isGone()) {
      client.release();
      throw new EndpointError(503, "the caller has gone");
    }
    const send = statementSender(client, prepared ? nameOf : () => undefined);
    let reusable = false;
    try {
      const results = request.begin
        ? await runTransaction(client, request.begin, request.statements, send)
        : await Promise.all(request.statements.map(send));
      // A request must not leave its transaction open for the next one on this connection.
      reusable = client.getTransactionStatus() === "I";
      return results;
    } catch (error) {
      reusable = leavesConnectionUsable(error) && client.getTransactionStatus() === "I";
      throw error;
    } finally {
      client.release(!reusable);
    }
  }

  return async (credentials, request, isGone = () => false) => {
    try {
      return await attempt(credentials, request, isGone, true).catch((error: unknown) => {
        if (isStaleStatement(error)) return attempt(credentials, request, isGone, false);
        throw error;
      });
    } catch (error) {
      throw runFailure(error);
    }
  };
}

/**
 * All or nothing. The statements go out together once the transaction is open; the end is decided only when
 * every answer is in, so that an answer too large to return undoes its transaction too.
 */
async function runTransaction(
  client: PoolClient,
  begin: string,
  statements: Statement[],
  send: (statement: Statement) => Promise<SqlResult>,
): Promise<SqlResult[]> {
  await client.query(begin);
  const outcomes = await Promise.allSettled(statements.map(send));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) {
    // Where even this fails the connection is dropped, and the server rolls back by itself.
    await client.query("rollback").catch(() => {});
    throw failed.reason;
  }
  await client.query("commit");
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

function statementSender(client: PoolClient, nameOf: (text: string) => string | undefined) {
  let responseBytes = 0;
  const keepText = (value: string): string => {
    responseBytes += value.length;
    if (responseBytes > MAX_RESPONSE_BYTES) {
      throw new EndpointError(507, `response is too large (max is ${MAX_RESPONSE_BYTES} bytes)`);
    }
    return value;
  };
  const types: CustomTypesConfig = { getTypeParser: () => keepText };

  return async ({ query, params, arrayMode }: Statement): Promise<SqlResult> => {
    // Extended: one statement a query, as with Neon.
    const config: QueryArrayConfig & { queryMode: "extended" } = {
      text: query,
      values: params,
      name: nameOf(query),
      rowMode: "array",
      queryMode: "extended",
      types,
    };
    const { command, rowCount, fields, rows } = await client.query<(string | null)[]>(config);
    const names = fields.map((field) => field.name);
    return {
      command: command ?? "",
      rowCount,
      fields,
      rows: arrayMode
        ? rows
        : rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], value]))),
      rowAsArray: arrayMode,
    };
  };
}
