import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { type StripeOptions, startStripe } from "../server.ts";

export const SECRET_KEY = "sk_test_local";
export const WEBHOOK_SECRET = "whsec_local";

/** The official SDK, pointed at a port; it never retries by itself here. */
export const sdk = (port: number, key = SECRET_KEY): Stripe =>
  new Stripe(key, { host: "127.0.0.1", port, protocol: "http", maxNetworkRetries: 0, telemetry: false });

/** A receiver on a real socket, which checks every signature with the SDK. */
export interface Receiver {
  url: string;
  /** Events whose signature held and that were answered with 2xx, in order of arrival. */
  accepted: Stripe.Event[];
  /** Every delivery of any event, with the status it was answered with. */
  deliveries: Array<{ id: string; status: number }>;
  /** The text and the signature of every delivery. */
  sent: Array<{ payload: string; header: string }>;
  badSignatures: number;
  /** Statuses for the next deliveries; 200 once empty. */
  answers: number[];
  /** Resolves once an event that `wanted` accepts has been accepted. */
  until(wanted: (event: Stripe.Event) => boolean): Promise<Stripe.Event>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const verifier = new Stripe("sk_test_unused");
  const waiting: Array<{ wanted: (event: Stripe.Event) => boolean; resolve: (event: Stripe.Event) => void }> =
    [];
  const server = createServer(async (request, response) => {
    if (request.url === "/elsewhere") return response.writeHead(200).end();
    const payload = await readAll(request);
    const header = String(request.headers["stripe-signature"] ?? "");
    receiver.sent.push({ payload, header });
    const event = await verifier.webhooks
      .constructEventAsync(payload, header, WEBHOOK_SECRET)
      .catch(() => null);
    if (!event) receiver.badSignatures += 1;
    const status = event ? (receiver.answers.shift() ?? 200) : 400;
    receiver.deliveries.push({ id: event?.id ?? "", status });
    if (event && status < 300) {
      receiver.accepted.push(event);
      for (const waiter of waiting) if (waiter.wanted(event)) waiter.resolve(event);
    }
    response.writeHead(status, status === 302 ? { Location: "/elsewhere" } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    accepted: [],
    deliveries: [],
    sent: [],
    badSignatures: 0,
    answers: [],
    until: (wanted) => {
      const already = receiver.accepted.find(wanted);
      return already ? Promise.resolve(already) : new Promise((resolve) => waiting.push({ wanted, resolve }));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export interface TestStripe {
  stripe: Stripe;
  port: number;
  url: string;
  receiver: Receiver;
  /** Moves the server's clock. */
  advance(ms: number): void;
  /** A raw request with the right key; `headers` win. */
  raw(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<{
    status: number;
    headers: Headers;
    body: { error?: Record<string, unknown>; [key: string]: unknown };
  }>;
  control(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** A server of its own on an ephemeral port and an empty directory. */
export async function startTestStripe(
  options: Partial<Pick<StripeOptions, "webhookEvents">> = {},
): Promise<TestStripe> {
  const dataDir = mkdtempSync(join(tmpdir(), "stripe-"));
  const receiver = await startReceiver();
  let offsetMs = 0;
  const server = await startStripe({
    port: 0,
    dataDir,
    secretKey: SECRET_KEY,
    webhookUrl: receiver.url,
    webhookSecret: WEBHOOK_SECRET,
    clock: () => Date.now() + offsetMs,
    webhookBackoffMs: () => 10,
    ...options,
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    stripe: sdk(server.port),
    port: server.port,
    url,
    receiver,
    advance: (ms) => {
      offsetMs += ms;
    },
    async raw(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          Authorization: `Bearer ${SECRET_KEY}`,
          "Content-Type": "application/x-www-form-urlencoded",
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    async control(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: { "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    async close() {
      await server.close();
      await receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a promise rejects with, as the SDK's error. */
export async function errorOf(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    return error as Stripe.errors.StripeError;
  }
  throw new Error("it was expected to be refused");
}

/** An authorisation, as TicketFlow makes one. */
export const AUTHORISE = {
  amount: 4200,
  currency: "eur",
  capture_method: "manual",
  automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  payment_method: "pm_card_visa",
  confirm: true,
} satisfies Stripe.PaymentIntentCreateParams;
