import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { BrokersLogStore } from "../log-store/brokers/brokers-log-store.ts";
import type { BrokersOptions } from "../log-store/brokers/options.ts";
import { openSqliteLogStore, type SqliteLogStore } from "../log-store/sqlite/sqlite-log-store.ts";
import { startKafkaRest } from "../server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const CREDENTIALS = { username: "user", password: "pass:word" };
export const AUTHORIZATION = `Basic ${Buffer.from("user:pass:word").toString("base64")}`;
export const RETENTION_MS = 3_600_000;

export type Answer = { status: number; body: unknown };
export type Message = {
  topic: string;
  partition: number;
  offset: number;
  timestamp: number;
  key: string;
  value: string;
  headers: { key: string; value: string }[];
};

export type Client = {
  port: number;
  /** Sends `body` as JSON; a string goes as it is. */
  request: (method: string, path: string, body?: unknown, options?: RequestOptions) => Promise<Answer>;
  createTopic: (name: string, partitions: number, retentionMs?: number) => Promise<void>;
  produce: (body: unknown) => Promise<Answer>;
  fetch: (body: unknown, signal?: AbortSignal) => Promise<Message[]>;
  /** How many requests wait for records, as /health tells. */
  waiting: () => Promise<number>;
};
type RequestOptions = { headers?: Record<string, string>; signal?: AbortSignal };

export function createClient(port: number): Client {
  const request: Client["request"] = async (method, path, body, { headers = {}, signal } = {}) => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: AUTHORIZATION, ...headers },
      ...(text === undefined ? {} : { body: text }),
      ...(signal ? { signal } : {}),
    });
    return { status: response.status, body: await response.json() };
  };
  const expectOk = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    port,
    request,
    createTopic: async (name, partitions, retentionMs = RETENTION_MS) => {
      await expectOk(request("PUT", "/admin/topics", [{ name, partitions, retentionMs }]));
    },
    produce: (body) => request("POST", "/produce", body),
    fetch: async (body, signal) =>
      (await expectOk(request("POST", "/fetch", body, signal ? { signal } : {}))) as Message[],
    waiting: async () => ((await expectOk(request("GET", "/health"))) as { waiting: number }).waiting,
  };
}

export type TestServer = Client & { store: SqliteLogStore; close: () => Promise<void> };
type TestServerOptions = { clock?: () => number };

async function openTestServer(directory: string, options: TestServerOptions): Promise<TestServer> {
  const onFailure = (error: Error) => {
    throw error;
  };
  const store = await openSqliteLogStore({ directory, onFailure, ...options });
  const server = await startKafkaRest({ port: 0, store, ...CREDENTIALS, ...options });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= server.close().then(() => store.close());
    return closed;
  };
  return { ...createClient(server.port), store, close };
}

/** A server of its own for one test, with its store, both closed after it. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await openTestServer(temporaryDirectory(), options);
  onTestFinished(server.close);
  return server;
}

/** A server over brokers for one test, one of as many as one likes; closed after it. */
export async function startBrokersServer(options: BrokersOptions): Promise<Client> {
  const store = new BrokersLogStore(options);
  const server = await startKafkaRest({ port: 0, store, keepsConsumers: false, ...CREDENTIALS });
  onTestFinished(async () => {
    await server.close();
    await store.close();
  });
  return createClient(server.port);
}

/** One server for tests that change nothing, such as tables of refusals; to be called while tests are collected. */
export function sharedTestServer(
  prepare: (server: TestServer) => Promise<void>,
  options: TestServerOptions = {},
): () => TestServer {
  let server: TestServer | undefined;
  const directory = mkdtempSync(join(tmpdir(), "kafka-rest-"));
  beforeAll(async () => {
    server = await openTestServer(directory, options);
    await prepare(server);
  });
  afterAll(async () => {
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    if (!server) throw new Error("the shared server has not been started");
    return server;
  };
}

/** Asks again, without pausing longer than a request takes, until the condition holds; the test's timeout ends it. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}
