import { createServer, type IncomingMessage } from "node:http";
import { WebSocketServer } from "ws";
import { sendJson } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { EndpointError, errorAnswer } from "./errors.ts";
import { createExecutor, type Executor } from "./execute.ts";
import * as limits from "./limits.ts";
import { pipeToServer } from "./pipe.ts";
import { createPools } from "./pools.ts";
import { serverAnswers } from "./probe.ts";
import { parseCredentials, parseRequest, readSqlBody } from "./request.ts";

export type NeonOptions = {
  /** TCP port; 0 for any. */
  port: number;
  /** The address to listen on; loopback if absent. */
  host?: string;
  /** The one server behind it, whatever a client asks for. */
  postgresHost: string;
  postgresPort: number;
  /** Connections per role and database. */
  poolSize?: number;
  log?: Log;
};

/**
 * Serves Neon's protocols in front of a plain PostgreSQL: `POST /sql` and the WebSocket `/v2`, as the
 * @neondatabase/serverless driver speaks them, and `GET /health` (200, or 503 while the server is away).
 */
export async function startNeon(options: NeonOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { postgresHost: host, postgresPort, poolSize = limits.DEFAULT_POOL_SIZE, log = () => {} } = options;
  const target = { host, port: postgresPort };
  const pools = createPools({ ...target, size: poolSize, log });
  const execute = createExecutor(pools);

  function route(request: IncomingMessage, isGone: () => boolean): Promise<Answer> {
    const path = request.url?.split("?")[0];
    if (request.method === "POST" && path === "/sql") return answerSql(request, execute, isGone, log);
    if (request.method === "GET" && path === "/health") return answerHealth(target);
    return Promise.resolve(errorAnswer(new EndpointError(404, "not found")));
  }
  const http = createServer(
    { requestTimeout: limits.REQUEST_TIMEOUT_MS, keepAliveTimeout: limits.KEEP_ALIVE_MS },
    (request, response) => {
      void route(request, () => response.closed).then(({ status, body }) => {
        // A connection kept alive would hold up the end of a server that is closing.
        if (!http.listening) response.setHeader("Connection", "close");
        sendJson(response, status, body);
      });
    },
  );
  http.maxConnections = limits.MAX_HTTP_CONNECTIONS;

  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.MAX_PIPE_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const refusal = refuseUpgrade(request, webSockets.clients.size);
    if (refusal)
      return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => pipeToServer(webSocket, target));
  });

  const port = await listen(http, options.port, options.host);
  async function close(): Promise<void> {
    for (const client of webSockets.clients) client.terminate();
    const closed = new Promise((resolve) => http.close(resolve));
    http.closeIdleConnections();
    await closed;
    await pools.close();
  }
  return { port, close };
}

/** `address` is what the driver sends; it must be there, but it does not choose where the pipe leads. */
function refuseUpgrade(request: IncomingMessage, openPipes: number): string | undefined {
  const url = new URL(request.url ?? "/", "http://endpoint");
  if (url.pathname !== "/v2") return "404 Not Found";
  if (!/^[^:]+:\d+$/.test(url.searchParams.get("address") ?? "")) return "400 Bad Request";
  if (openPipes >= limits.MAX_PIPES) return "503 Service Unavailable";
  return undefined;
}

type Answer = { status: number; body: unknown };

async function answerSql(
  request: IncomingMessage,
  execute: Executor,
  isGone: () => boolean,
  log: Log,
): Promise<Answer> {
  try {
    const body = await readSqlBody(request);
    const credentials = parseCredentials(request.headers);
    const sql = parseRequest(request.headers, body);
    const results = await execute(credentials, sql, isGone);
    return { status: 200, body: sql.begin ? { results } : results[0] };
  } catch (error) {
    const answer = errorAnswer(error);
    const { code, message: reason } = answer.body;
    if (answer.status >= 500) log("request-failed", { status: answer.status, code: code ?? "", reason });
    return answer;
  }
}

async function answerHealth(target: { host: string; port: number }): Promise<Answer> {
  const up = await serverAnswers(target.host, target.port);
  return up
    ? { status: 200, body: { status: "ok" } }
    : { status: 503, body: { status: "database unavailable" } };
}
