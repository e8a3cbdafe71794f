import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "#shared/clock.ts";
import { HOST } from "../config.ts";
import { sendJson } from "../shared/http.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { createPages, isPage } from "./checkout/pages.ts";
import { randomId } from "./core/ids.ts";
import { createApi } from "./http/api.ts";
import { mediaType, readText } from "./http/body.ts";
import { ApiError, errorBody, serverError } from "./http/errors.ts";
import { createRouter } from "./http/router.ts";
import { balanceEndpoints } from "./resources/balance.ts";
import { chargeEndpoints } from "./resources/charges.ts";
import { checkoutSessionEndpoints } from "./resources/checkout-sessions.ts";
import { disputeEndpoints } from "./resources/disputes.ts";
import { eventEndpoints } from "./resources/events.ts";
import { paymentIntentEndpoints } from "./resources/payment-intents.ts";
import { refundEndpoints } from "./resources/refunds.ts";
import { settleDue } from "./resources/settle.ts";
import type { Work } from "./resources/work.ts";
import { control } from "./simulation/control.ts";
import { createSimulation } from "./simulation/state.ts";
import { openStore } from "./storage/store.ts";
import { defaultBackoffMs, startDispatcher, type WebhookDispatcher } from "./webhooks/dispatcher.ts";
import { oneOf } from "./webhooks/event-types.ts";

export interface StripeOptions {
  /** 0 takes any free port. */
  port: number;
  dataDir: string;
  secretKey: string;
  webhookUrl: string;
  webhookSecret: string;
  /** See `Config`; all, when absent. */
  webhookEvents?: readonly string[];
  latencyMs?: number;
  clock: Clock;
  /** Delay before the next delivery of a webhook, given how many failed. */
  webhookBackoffMs?: (attempts: number) => number;
  log?: Log;
}

export interface StripeServer {
  port: number;
  close(): Promise<void>;
}

/** How often time alone is looked after: lapsed authorisations, expired sessions, settling refunds, what is old enough to forget. */
const SWEEP_MS = 500;
const PRUNE_MS = 60_000;

const ENDPOINTS = [
  ...paymentIntentEndpoints,
  ...chargeEndpoints,
  ...refundEndpoints,
  ...disputeEndpoints,
  ...checkoutSessionEndpoints,
  ...eventEndpoints,
  ...balanceEndpoints,
];

/** Starts the API on 127.0.0.1; rejects when the port or the data directory cannot be had. */
export async function startStripe(options: StripeOptions): Promise<StripeServer> {
  const { clock, log = () => undefined } = options;
  let dispatcher: WebhookDispatcher | null = null;
  const isWanted = oneOf(options.webhookEvents ?? ["*"]);
  const store = openStore(options.dataDir, { onCommit: () => dispatcher?.wake(), isWanted });
  const simulation = createSimulation(options.latencyMs ?? 0);
  let baseUrl = "";

  const newWork = (request: Work["request"]): Work => {
    const nowMs = clock();
    return { store, nowMs, nowSeconds: Math.floor(nowMs / 1000), newId: randomId, baseUrl, request };
  };
  const handleApi = createApi({
    store,
    route: createRouter(ENDPOINTS),
    secretKey: options.secretKey,
    simulation,
    newWork,
    newRequestId: () => randomId("req"),
    log,
  });

  const handlePages = createPages({ store, simulation, newWork });

  async function handleControl(request: IncomingMessage, response: ServerResponse, path: string) {
    const body = await readText(request);
    const json = mediaType(request) === "application/json" ? parseJson(body) : undefined;
    const asked = { method: request.method ?? "", path, body: json };
    const answer = dispatcher && control(simulation, dispatcher, clock(), asked);
    const unknown = { error: `no such control: ${asked.method} ${path}` };
    sendJson(response, answer?.status ?? 404, answer?.body ?? unknown);
  }

  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const handled =
      path === "/health"
        ? Promise.resolve(sendJson(response, 200, { status: "ok" }))
        : isPage(path)
          ? handlePages(request, response, path)
          : path.startsWith("/_test/")
            ? handleControl(request, response, path)
            : handleApi(request, response);
    handled.catch((error: unknown) => {
      const known = error instanceof ApiError ? error : serverError(true);
      if (known !== error) log("request-failed", { path, error: String(error) });
      if (!response.headersSent) sendJson(response, known.status, errorBody(known.detail));
    });
  });

  let port: number;
  try {
    port = await listen(server, options.port);
  } catch (error) {
    store.close();
    throw error;
  }
  baseUrl = `http://${HOST}:${port}`;
  dispatcher = startDispatcher({
    store,
    clock,
    url: options.webhookUrl,
    secret: options.webhookSecret,
    isWanted,
    backoffMs: options.webhookBackoffMs ?? defaultBackoffMs,
    log,
  });

  const report = (error: unknown) => log("sweep-failed", { error: String(error) });
  const sweep = setInterval(() => {
    if (store.anyDue(clock())) store.write(() => settleDue(newWork(null))).catch(report);
  }, SWEEP_MS);
  const prune = setInterval(() => {
    const forget = () => {
      store.idempotency.prune(clock());
      store.events.prune(clock());
    };
    store.write(forget).catch(report);
  }, PRUNE_MS);

  return {
    port,
    async close() {
      clearInterval(sweep);
      clearInterval(prune);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await store.drain();
      server.closeAllConnections();
      await closed;
      await dispatcher?.stop();
      await store.drain();
      store.close();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
