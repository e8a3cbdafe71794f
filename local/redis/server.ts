import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readBody } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { answer, type RestAnswer, refusal } from "./http/answer.ts";
import { type InMemoryOptions, inMemory } from "./in-memory.ts";
import { KEEP_ALIVE_MS, MAX_CONNECTIONS, MAX_REQUEST_BYTES, SHUTDOWN_GRACE_MS } from "./limits.ts";
import { realRedis } from "./real/real-redis.ts";
import { Away } from "./redis-error.ts";

export type RedisRestOptions = InMemoryOptions & {
  /** 0 lets the system choose. */
  port: number;
  /** The address to listen on; loopback if absent. */
  host?: string;
  token: string;
  /** A Redis server (`redis://user:password@host:port`) that carries the commands out; this process's memory if absent. */
  redisUrl?: string;
  /** One notable event; never given a token, a key or a value. */
  log?: Log;
};

export type RedisRest = { port: number; close: () => Promise<void> };

/** Serves Upstash's Redis REST API, from memory or in front of a Redis server. It keeps nothing of the latter. */
export async function startRedisRest(options: RedisRestOptions): Promise<RedisRest> {
  const { log = () => {}, redisUrl } = options;
  const executor = redisUrl === undefined ? inMemory(options) : realRedis(redisUrl, log);
  const expected = digest(options.token);

  async function reply(message: IncomingMessage): Promise<RestAnswer> {
    const [path = "/", search = ""] = (message.url ?? "/").split("?", 2);
    const query = new URLSearchParams(search);
    // Read in any case: a client that is cut off while it writes never sees the answer.
    const bytes = await readBody(message, MAX_REQUEST_BYTES);
    if (path === "/health") return health();
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
      body: bytes,
    };
    return answer(executor, request);
  }

  async function health(): Promise<RestAnswer> {
    const isUp = await executor.ping().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Away) return false;
        throw error;
      },
    );
    return {
      status: isUp ? 200 : 503,
      type: "application/json",
      body: Buffer.from(JSON.stringify({ status: isUp ? "ok" : "down" })),
    };
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
  const port = await listen(server, options.port, options.host).catch((error: unknown) => {
    executor.close();
    throw error;
  });

  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
      await closed;
      clearTimeout(cut);
      executor.close();
    },
  };
}

function send(response: ServerResponse, { status, type, body }: RestAnswer): void {
  if (response.closed) return;
  response.writeHead(status, { "Content-Type": type, "Content-Length": body.length });
  response.end(body);
}

const digest = (text: string) => createHash("sha256").update(text).digest();

const bearer = (header: string | undefined): string | null =>
  /^Bearer (.+)$/i.exec(header ?? "")?.[1] ?? null;
