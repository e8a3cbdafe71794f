import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka } from "@upstash/kafka";
import { expect } from "vitest";
import { openSqliteLogStore } from "../../../../local/kafka-rest/log-store/sqlite/sqlite-log-store.ts";
import { startKafkaRest } from "../../../../local/kafka-rest/server.ts";
import { conformanceTarget } from "../../support/target.ts";

/** What a case talks to Kafka with. */
export interface World {
  /** The official client. It asks five times before it reports an error: refusals go by `raw`. */
  readonly kafka: Kafka;
  /** A request as the wire has it, with the right credentials unless `authorization` is another. */
  raw(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RawAnswer>;
  /** A topic of this case alone, with so many partitions. */
  topic(partitions?: number): Promise<string>;
  /** A name that nobody else uses. */
  name(): string;
}

export interface RawAnswer {
  status: number;
  body: unknown;
}

const username = process.env.CONFORMANCE_KAFKA_REST_USERNAME ?? "conformance";
const password = process.env.CONFORMANCE_KAFKA_REST_PASSWORD ?? "pass:word";
const RETENTION_MS = 3_600_000;

async function startStandIn() {
  const directory = mkdtempSync(join(tmpdir(), "conformance-kafka-rest-"));
  const onFailure = (error: Error) => {
    throw error;
  };
  const store = await openSqliteLogStore({ directory, onFailure });
  const server = await startKafkaRest({ port: 0, store, username, password });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async close() {
      await server.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Call it at the top of a file, and use what it gives inside cases. */
export function useKafka(): World {
  const target = conformanceTarget("kafka_rest", startStandIn);
  const raw: World["raw"] = async (method, path, body, headers = {}) => {
    const response = await fetch(target().replace(/\/$/, "") + path, {
      method,
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const name = () => `conformance.${randomUUID()}`;
  return {
    get kafka() {
      return new Kafka({ url: target(), username, password });
    },
    raw,
    name,
    async topic(partitions = 1) {
      const topic = name();
      // Upstash has its console for it; every front of ours has this route.
      const made = await raw("PUT", "/admin/topics", [
        { name: topic, partitions, retentionMs: RETENTION_MS },
      ]);
      expect(made.status).toBe(200);
      return topic;
    },
  };
}

/** The common error document: https://upstash.com/docs/kafka/rest/restintro#responses */
export function expectError({ status, body }: RawAnswer, expected?: number): void {
  if (expected === undefined) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  } else {
    expect(status).toBe(expected);
  }
  expect(body).toEqual({ error: expect.stringMatching(/./), status });
}
