import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Clock, systemClock } from "#shared/clock.ts";
import { createBasicAuth } from "../kafka-rest/http/basic-auth.ts";
import { type LogStore, LogStoreError } from "../kafka-rest/log-store/log-store.ts";
import { readBody } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { assertAccepts, assertSends, BINARY, PLAIN } from "./http/media.ts";
import { produce } from "./http/produce.ts";
import { records } from "./http/records.ts";
import { KEEP_ALIVE_MS, MAX_CONNECTIONS, MAX_REQUEST_BYTES, SHUTDOWN_GRACE_MS } from "./limits.ts";
import { badRequest, ProxyError, unauthorized, unprocessable } from "./proxy-error.ts";

export interface PandaproxyOptions {
  /** 0 lets the system choose. */
  port: number;
  /** The address to listen on; loopback if absent. */
  host?: string;
  store: LogStore;
  username: string;
  password: string;
  clock?: Clock;
  /** One notable event; never given a key, a value or credentials. */
  log?: Log;
}

export interface RunningPandaproxy {
  port: number;
  /** Cuts waiting requests, finishes the others, then stops. The store stays open: it is the caller's. */
  close(): Promise<void>;
}

const RECORDS_PATH = /^\/topics\/([^/]*)\/partitions\/([^/]*)\/records$/;
const TOPIC_PATH = /^\/topics\/([^/]+)$/;

/** Serves those routes of Redpanda's HTTP proxy that need no consumer instance, over a log store. */
export async function startPandaproxy(options: PandaproxyOptions): Promise<RunningPandaproxy> {
  const { store, clock = systemClock, log = () => {} } = options;
  const isAuthorized = createBasicAuth(options.username, options.password);

  async function answer(message: IncomingMessage): Promise<{ type: string; body: unknown }> {
    const { method = "GET", headers } = message;
    const [path = "/", search = ""] = (message.url ?? "/").split("?", 2);
    // Read in any case: a client that is cut off while it writes never sees the answer.
    const bytes = await readBody(message, MAX_REQUEST_BYTES);
    if (path === "/status/ready") return { type: "application/json", body: {} };
    if (!isAuthorized(headers.authorization)) throw unauthorized();
    if (bytes === null) throw new ProxyError(413, "the body is too large");

    if (method === "GET" && path === "/topics") {
      assertAccepts(headers.accept, PLAIN);
      return { type: PLAIN, body: [...(await store.topics()).keys()] };
    }
    const [, read, partition = ""] = RECORDS_PATH.exec(path) ?? [];
    if (method === "GET" && read !== undefined) {
      assertAccepts(headers.accept, BINARY);
      const place = { topic: topicOf(read), partition: partitionOf(partition) };
      return { type: BINARY, body: await records(store, place, new URLSearchParams(search), message) };
    }
    const [, topic] = TOPIC_PATH.exec(path) ?? [];
    if (method === "POST" && topic !== undefined) {
      assertSends(headers["content-type"], BINARY);
      assertAccepts(headers.accept, PLAIN);
      return { type: PLAIN, body: await produce(store, topicOf(topic), jsonOf(bytes), clock) };
    }
    throw new ProxyError(404, "Not found");
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { type, body } = await answer(message);
      send(response, 200, type, body);
    } catch (error) {
      const known = error instanceof ProxyError ? error : refusalOf(error);
      // A client that left in the middle of its body is no fault of ours.
      if (!known && message.complete) log("request-failed", { error: String(error) });
      const { status, code, message: text } = known ?? new ProxyError(500, "Internal server error");
      send(response, status, "application/json", { error_code: code, message: text });
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void serve(message, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port, options.host);
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

function refusalOf(error: unknown): ProxyError | null {
  return error instanceof LogStoreError && error.code === "CLOSED"
    ? new ProxyError(50302, "broker_not_available")
    : null;
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  if (response.closed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

function topicOf(segment: string): string {
  if (segment === "") throw badRequest("Missing mandatory parameter 'topic_name'");
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`Invalid parameter 'topic_name' got '${segment}'`);
  }
}

function partitionOf(segment: string): number {
  if (/^\d{1,9}$/.test(segment)) return Number(segment);
  throw badRequest(`Invalid parameter 'partition_id' got '${segment}'`);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw unprocessable("the body is no JSON");
  }
}
