import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Clock, systemClock } from "#shared/clock.ts";
import { sendJson } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { ConsumerGroups } from "./groups/consumer-groups.ts";
import { adminRoutes } from "./http/admin.ts";
import { createBasicAuth } from "./http/basic-auth.ts";
import { commitRoutes } from "./http/commit.ts";
import { consumeRoutes, refusingConsumeRoutes } from "./http/consume.ts";
import { FETCH_LIMITS, fetchRoutes } from "./http/fetch.ts";
import { LongPolls } from "./http/long-polls.ts";
import { metadataRoutes } from "./http/metadata.ts";
import { produceRoutes } from "./http/produce.ts";
import { BodyBudget, parseJson, readBody } from "./http/request.ts";
import { createRouter } from "./http/router.ts";
import {
  GROUP_SWEEP_INTERVAL_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  RETRY_AFTER_SECONDS,
  SHUTDOWN_GRACE_MS,
} from "./limits.ts";
import type { LogStore } from "./log-store/log-store.ts";
import { asRestError, RestError } from "./rest-error.ts";

export type KafkaRestOptions = {
  /** 0 lets the system choose. */
  port: number;
  /** The address to listen on; loopback if absent. */
  host?: string;
  store: LogStore;
  /** False where several servers share the log: the Consume API is then refused. */
  keepsConsumers?: boolean;
  username: string;
  password: string;
  clock?: Clock;
  /** One notable event; never given credentials or record contents. */
  log?: Log;
};

export type KafkaRest = {
  port: number;
  /** Answers waiting requests at once, finishes the others, then stops. The store stays open: it is the caller's. */
  close: () => Promise<void>;
};

/** Serves the Kafka REST API over a log store. */
export async function startKafkaRest(options: KafkaRestOptions): Promise<KafkaRest> {
  const { store, keepsConsumers = true, clock = systemClock, log = () => {} } = options;
  const longPolls = new LongPolls();
  const groups = keepsConsumers ? new ConsumerGroups(store, clock, FETCH_LIMITS) : undefined;
  const bodies = new BodyBudget();
  const isAuthorized = createBasicAuth(options.username, options.password);
  const route = createRouter([
    ...produceRoutes(store, clock),
    ...fetchRoutes(store, longPolls),
    ...(groups ? consumeRoutes(store, groups, longPolls) : refusingConsumeRoutes()),
    ...commitRoutes(store, groups),
    ...metadataRoutes(store),
    ...adminRoutes(store),
  ]);

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const [path = "/", query = ""] = (message.url ?? "/").split("?", 2);
    if (path === "/health") {
      return { status: "ok", topics: (await store.topics({ fresh: true })).size, waiting: longPolls.size };
    }
    if (!isAuthorized(message.headers.authorization)) throw new RestError(401, "unauthorized");
    const { route: matched, params } = route(message.method ?? "GET", path);
    const { text, release } = await readBody(message, bodies);
    try {
      return await matched.handle({
        params,
        query: new URLSearchParams(query),
        headers: message.headers,
        body: parseJson(text),
        onClientGone: (listener) => {
          if (response.closed) listener();
          else response.once("close", listener);
        },
      });
    } finally {
      release();
    }
  }

  // Set when an answer is sent rather than when its request came: a waiting one outlives the decision to close.
  let closing = false;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await answer(message, response);
      if (closing) response.setHeader("Connection", "close");
      sendJson(response, 200, body);
    } catch (error) {
      const known = asRestError(error);
      // A client that left in the middle of its body is no fault of ours.
      if (!known && message.complete) log("request-failed", { path: message.url, error: String(error) });
      const { status, message: text } = known ?? new RestError(500, "internal error");
      if (status === 503) response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
      if (status === 401) response.setHeader("WWW-Authenticate", 'Basic realm="kafka-rest"');
      sendJson(response, status, { error: text, status });
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void serve(message, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port, options.host);
  const sweep = setInterval(() => {
    groups?.sweep().catch((error) => log("group-sweep-failed", { error: String(error) }));
  }, GROUP_SWEEP_INTERVAL_MS);

  async function close(): Promise<void> {
    closing = true;
    clearInterval(sweep);
    longPolls.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
    await closed;
    clearTimeout(cut);
  }

  return { port, close };
}
