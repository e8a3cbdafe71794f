import { z } from "zod";
import { sharedGuard } from "../backend-guard.ts";
import { Unavailable } from "../errors/problem.ts";
import { jsonLogger, type Logger } from "../observability/log.ts";
import {
  type LogRecord,
  MAX_PRODUCE,
  type NewRecord,
  type Partition,
  type Position,
  type TopicLog,
} from "./topic-log.ts";

/** A call that does not wait for messages answers within this, or the log is unavailable. */
const CALL_TIMEOUT_MS = 5_000;

/** What a request gets that is wrong itself, or too large. */
const REFUSALS = new Set([400, 413, 422]);

/** The most partitions that one call asks about. */
const MAX_ASKED = 100;

export interface KafkaRestOptions {
  url: string;
  username: string;
  password: string;
  /** Who writes down that Kafka is out, and that it is back. */
  logger?: Logger;
}

const positions = z.array(z.object({ topic: z.string(), partition: z.int(), offset: z.int() }));

const fetched = z.array(
  z.object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    timestamp: z.number(),
    key: z.string().nullish(),
    value: z.string().nullish(),
  }),
);

/**
 * A log behind Upstash's Kafka REST routes. Plain requests, not `@upstash/kafka`: its retries, its
 * auto-commit and its parallel polls are not what a consumer with offsets of its own needs.
 * @see https://upstash.com/docs/kafka/rest/restproducer
 */
export function kafkaRest(options: KafkaRestOptions): TopicLog {
  const authorization = `Basic ${btoa(`${options.username}:${options.password}`)}`;
  const base = options.url.replace(/\/$/, "");
  const guarded = sharedGuard(base, { backend: "kafka", logger: options.logger ?? jsonLogger("kafka-rest") });

  async function call(path: string, body?: unknown, waitMs = 0): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(base + path, {
        headers: { authorization, "content-type": "application/json" },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS + waitMs),
      });
      if (response.ok) return await response.json();
    } catch (error) {
      throw new Unavailable("kafka", error);
    }
    const text = (await response.text().catch(() => "")).slice(0, 300);
    // A wrong secret and a topic that is not there are ours to mend: no message is at fault, and each can wait.
    if (!REFUSALS.has(response.status)) throw new Unavailable("kafka", `${response.status}: ${text}`);
    throw new Error(`Kafka REST refused ${path} with ${response.status}: ${text}`);
  }

  return {
    async produce(records: NewRecord[]) {
      if (records.length > MAX_PRODUCE) throw new RangeError(`at most ${MAX_PRODUCE} records a call`);
      if (records.length > 0) await guarded(() => call("/produce", records));
    },
    // Not guarded: a call that waits for messages would be the half-open one, and hold up all others. Consumers pause
    // by themselves.
    async fetch(from: Position[], waitMs: number): Promise<LogRecord[]> {
      const answer = await call("/fetch", { topicPartitionOffsets: from, timeout: waitMs }, waitMs);
      return fetched.parse(answer).map((record) => ({
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key ?? "",
        value: record.value ?? "",
      }));
    },
    async commit(group: string, reached: Position[]) {
      await guarded(() => call(`/commit/${group}/${group}`, reached));
    },
    async offsets(at, partitions: Partition[]) {
      const found: Position[] = [];
      for (let from = 0; from < partitions.length; from += MAX_ASKED) {
        const asked = partitions.slice(from, from + MAX_ASKED);
        const answer = await guarded(() => call(`/offsets/${at}`, asked));
        found.push(...positions.parse(answer));
      }
      return found;
    },
    async ping() {
      await call("/topics");
    },
  };
}
