import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { readBody } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import type { Running } from "../shared/run-process.ts";
import { consoleApp } from "./app.ts";
import type { ConsoleConfig } from "./config.ts";
import { documentStores } from "./stores/documents.ts";
import { kafkaAdmin } from "./stores/kafka-admin.ts";
import { relationalStores } from "./stores/relational.ts";

/** A form of ours is a reason and a button. */
const MAX_BODY_BYTES = 16 * 1024;

/** Serves the operator's console on the loopback address. */
export async function startConsole(config: ConsoleConfig, log: Log): Promise<Running> {
  const documents = documentStores(config.mongo);
  const relational = relationalStores(config.postgres);
  const app = consoleApp({
    log: kafkaRest(config.kafka),
    admin: kafkaAdmin(config.kafka),
    documents,
    relational,
    clock: Date.now,
    report: log,
  });
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => {
      log("request-failed", { error: String(error) });
      response.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming, MAX_BODY_BYTES);
    if (body === null) {
      response.writeHead(413).end();
      return;
    }
    const answer = await app.fetch(toRequest(incoming, body));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const port = await listen(server, config.port);
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all([documents.close(), relational.close()]);
    },
  };
}

function toRequest(incoming: IncomingMessage, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const method = incoming.method ?? "GET";
  // The path alone counts; the guard judges the header with the host.
  const url = new URL(incoming.url ?? "/", "http://console.invalid");
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}
