import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Clock, systemClock } from "#shared/clock.ts";
import { readBody } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { answer, type RestAnswer, refusal } from "./http/answer.ts";
import { Keyspace } from "./keyspace/keyspace.ts";
import {
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_REQUEST_BYTES,
  SHUTDOWN_GRACE_MS,
  SWEEP_INTERVAL_MS,
} from "./limits.ts";

export type RedisRestOptions = {
  /** 0 lets the system choose. */
  port: number;
  /** The address to listen on; loopback if absent. */
  host?: string;
  token: string;
  clock?: Clock;
  maxMemoryBytes?: number;
  /** One notable event; never given a token, a key or a value. */
  log?: Log;
};

export type RedisRest = { port: number; close: () => Promise<void> };

/** Serves Upstash's Redis REST API from memory. */
export async function startRedisRest(options: RedisRestOptions): Promise<RedisRest> {
  const { clock = systemClock, log = () => {}, maxMemoryBytes } = options;
  const keyspace = new Keyspace(clock);
  const expected = digest(options.token);

  async function reply(message: IncomingMessage): Promise<RestAnswer> {
    const [path = "/", search = ""] = (message.url ?? "/").split("?", 2);
    const query = new URLSearchParams(search);
    // Read in any case: a client that is cut off while it writes never sees the answer.
    const bytes = await readBody(message, MAX_REQUEST_BYTES);
    if (path === "/health") return { status: 200, type: "application/json", text: '{"status":"ok"}' };
    const token = bearer(message.headers.authorization) ?? query.get("_token");
    if (token === null) return refusal(401, "ERR Unauthorized: no token");
    if (!timingSafeEqual(digest(token), expected)) return refusal(401, "WRONGPASS invalid token");
    if (bytes === null) return refusal(400, "ERR max request size exceeded");
    const request = {
      method: message.method ?? "GET",
      path,
      query,
      headers: {
        encoding: message.headers["upstash-encoding"]?.toString(),
        format: message.headers["upstash-response-format"]?.toString(),
      },
      body: bytes.toString(),
    };
    return answer(keyspace, request, maxMemoryBytes);
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await reply(message));
    } catch (error) {
      // A client that left in the middle of its body is no fault of ours.
      if (message.complete) log("request-failed", { error: String(error) });
      send(response, refusal(500, "ERR internal error"));
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void serve(message, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port, options.host);
  const sweep = setInterval(() => keyspace.sweep(), SWEEP_INTERVAL_MS);

  return {
    port,
    async close() {
      clearInterval(sweep);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

function send(response: ServerResponse, { status, type, text }: RestAnswer): void {
  if (response.closed) return;
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

const digest = (text: string) => createHash("sha256").update(text).digest();

const bearer = (header: string | undefined): string | null =>
  /^Bearer (.+)$/i.exec(header ?? "")?.[1] ?? null;
