import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import Stripe from "stripe";
import { Connection } from "#durable-objects/document-pool/connection.ts";
import { answer } from "#durable-objects/document-pool/execute.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import { migrateMongo } from "#local/migrate/mongo.ts";
import { type StripeServer, startStripe } from "#local/stripe/server.ts";
import { systemClock } from "#shared/clock.ts";
import { startTestMongo } from "../../support/mongo-server.ts";
import { type Inbox, startInbox } from "./webhooks.ts";

const MIGRATION = join(import.meta.dirname, "../../../migrations/mongo/payments.json");
const SECRET_KEY = "sk_test_payments";
export const WEBHOOK_SECRET = "whsec_payments";

/** The database's own answer to what the payments service asks of it, over a real connection. */
export interface Database {
  port: number;
  pool: DocumentPoolRpc;
  /** Takes the server away, or brings it back on the same port over the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Forgets all payments. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A MongoDB server with the service's indexes, reached as the pool object reaches it. */
export async function startDatabase(): Promise<Database> {
  const server = await startTestMongo("payments");
  const { uri, port } = server;
  const connection = new Connection(uri);
  const admin = new MongoClient(uri);
  const payments = admin.db().collection("payments");
  await migrateMongo({ uri, file: MIGRATION });
  // For tests of the pool and the outbox, which care for documents and not for payments.
  const aggregates = admin.db().collection("aggregates");
  await aggregates.createIndex({ bookingId: 1 }, { unique: true });
  const cursors = admin.db().collection("reconciliation");
  return {
    port,
    pool: { run: (command) => answer(() => connection.db(), command) },
    stop: server.stop,
    start: server.start,
    async clear() {
      await payments.deleteMany({});
      await cursors.deleteMany({});
      await aggregates.deleteMany({});
    },
    async close() {
      await connection.close();
      await admin.close();
      await server.close();
    },
  };
}

export interface StripeBackend {
  /** The official SDK. @param timeoutMs after which a call is given up */
  sdk(timeoutMs?: number): Stripe;
  /** The next request that matches fails, `times` times (1). @see local/stripe/README.md */
  fault(match: string, mode: string, times?: number): Promise<void>;
  /** Takes all faults back, and ends an outage. */
  heal(): Promise<void>;
  /** Nobody reaches it until it is healed. */
  cutOff(): Promise<void>;
  /** Lets Stripe's own clock pass: refunds settle, pages close. */
  advance(ms: number): void;
  /** Forgets everything, as a provider would that has never heard of us. */
  wipe(): Promise<void>;
  inbox: Inbox;
  close(): Promise<void>;
}

/** Stripe's stand-in; its webhooks arrive in an inbox, from where a test delivers them when it likes. */
export async function startStripeBackend(): Promise<StripeBackend> {
  const inbox = await startInbox();
  const dataDirs: string[] = [];
  let passedMs = 0;
  const listen = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "payments-stripe-"));
    dataDirs.push(dataDir);
    return startStripe({
      ...{ port: 0, dataDir, secretKey: SECRET_KEY, clock: () => systemClock() + passedMs },
      ...{ webhookUrl: inbox.url, webhookSecret: WEBHOOK_SECRET },
    });
  };
  let server: StripeServer = await listen();
  const control = async (what: "faults" | "outage", method: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/_test/${what}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  return {
    inbox,
    sdk: (timeoutMs = 10_000) =>
      new Stripe(SECRET_KEY, {
        ...{ host: "127.0.0.1", port: server.port, protocol: "http" },
        ...{ maxNetworkRetries: 0, telemetry: false, timeout: timeoutMs },
        httpClient: Stripe.createFetchHttpClient(),
      }),
    fault: (match, mode, times = 1) => control("faults", "POST", { match, mode, times }),
    async heal() {
      await control("faults", "DELETE");
      await control("outage", "POST", { seconds: 0 });
    },
    cutOff: () => control("outage", "POST", { seconds: 3_600, mode: "disconnect" }),
    advance(ms) {
      passedMs += ms;
    },
    async wipe() {
      await server.close();
      server = await listen();
    },
    async close() {
      await server.close();
      await inbox.close();
      for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
