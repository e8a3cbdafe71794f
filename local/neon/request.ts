import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { readBody } from "../shared/http.ts";
import { EndpointError } from "./errors.ts";
import { MAX_BATCH, MAX_PARAMS, MAX_REQUEST_BYTES } from "./limits.ts";

/** Who connects to what. The host of the connection string is not ours to follow. */
export type Credentials = { user: string; password: string; database: string };
export type Statement = { query: string; params: unknown[]; arrayMode: boolean };
/** One request: a single statement, or several as one transaction opened by `begin`. */
export type SqlRequest = { statements: Statement[]; begin: string | undefined };

const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
};

/** Reads the Neon-Connection-String header. Throws a 400 when it is missing or incomplete. */
export function parseCredentials(headers: IncomingHttpHeaders): Credentials {
  const text = headers["neon-connection-string"];
  if (typeof text !== "string") throw new EndpointError(400, "missing header Neon-Connection-String");
  let credentials: Credentials;
  try {
    const url = new URL(text);
    if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") throw new TypeError(url.protocol);
    credentials = {
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch {
    throw new EndpointError(400, "invalid connection string"); // Without its text: that holds a password.
  }
  for (const part of ["user", "password", "database"] as const) {
    if (credentials[part] === "") throw new EndpointError(400, `missing ${part} in the connection string`);
  }
  return credentials;
}

/** Reads the whole body. Throws a 413 when it is longer than allowed. */
export async function readSqlBody(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, MAX_REQUEST_BYTES);
  if (!body) throw new EndpointError(413, `request is too large (max is ${MAX_REQUEST_BYTES} bytes)`);
  return body;
}

/**
 * Reads `{query, params}` or `{queries: [...]}` with the Neon-* headers. Throws a 400 that says what is wrong.
 * Values come back as the server's text: that is how the driver asks, and nothing else is offered.
 */
export function parseRequest(headers: IncomingHttpHeaders, body: Buffer): SqlRequest {
  if (headers["neon-raw-text-output"] !== "true") {
    throw new EndpointError(400, "only raw text output is supported: send Neon-Raw-Text-Output: true");
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    throw new EndpointError(400, "the request body is not valid JSON");
  }
  const defaultArrayMode = headers["neon-array-mode"] === "true";
  if (isRecord(json) && Array.isArray(json.queries)) {
    if (json.queries.length > MAX_BATCH) {
      throw new EndpointError(400, `a transaction may have ${MAX_BATCH} queries at most`);
    }
    const statements = json.queries.map((query) => parseStatement(query, defaultArrayMode));
    return { statements, begin: beginStatement(headers) };
  }
  return { statements: [parseStatement(json, defaultArrayMode)], begin: undefined };
}

function parseStatement(json: unknown, defaultArrayMode: boolean): Statement {
  if (!isRecord(json) || typeof json.query !== "string") {
    throw new EndpointError(400, "expected {query, params} or {queries: [{query, params}]}");
  }
  const { query, params = [], arrayMode = defaultArrayMode } = json;
  if (!Array.isArray(params)) throw new EndpointError(400, "params must be an array");
  if (params.length > MAX_PARAMS) {
    throw new EndpointError(400, `a query may have ${MAX_PARAMS} params at most`);
  }
  return { query: query as string, params, arrayMode: arrayMode === true };
}

function beginStatement(headers: IncomingHttpHeaders): string {
  const words = ["begin"];
  const level = headers["neon-batch-isolation-level"];
  if (level !== undefined) {
    const name = typeof level === "string" ? ISOLATION_LEVELS[level] : undefined;
    if (!name) throw new EndpointError(400, "invalid isolation level");
    words.push(`isolation level ${name}`);
  }
  if (headers["neon-batch-read-only"] === "true") words.push("read only");
  if (headers["neon-batch-deferrable"] === "true") words.push("deferrable");
  return words.join(" ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
