import type { Clock } from "#shared/clock.ts";
import { partitionOf } from "#shared/saga/partition.ts";
import {
  MAX_HEADERS_PER_RECORD,
  MAX_RECORD_BYTES,
  MAX_RECORDS_PER_PRODUCE,
  MAX_TIMESTAMP_AHEAD_MS,
} from "../limits.ts";
import type { LogStore, NewRecord, RecordHeader, TopicConfig } from "../log-store/log-store.ts";
import { recordBytes } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import {
  asInteger,
  asList,
  asObject,
  asString,
  requirePartition,
  requireTopic,
  withTopics,
} from "./fields.ts";
import type { Route } from "./router.ts";

/** The Producer API: https://upstash.com/docs/kafka/rest/restproducer */
export function produceRoutes(store: LogStore, clock: Clock): Route[] {
  const keylessSent = new Map<string, number>();

  /** Without a key, the partitions in turn. */
  function nextPartition(topic: TopicConfig): number {
    const sent = keylessSent.get(topic.name) ?? 0;
    keylessSent.set(topic.name, sent + 1);
    return sent % topic.partitions;
  }

  /** `topicName`: from the path, where the path names it. */
  async function produce(body: unknown, topicName?: string) {
    const nowMs = clock();
    const items = asList(body, MAX_RECORDS_PER_PRODUCE, "records");
    const parsed = await withTopics(store, (topics) =>
      items.map((item) => {
        const fields = asObject(item, "a record");
        const topic = requireTopic(topics, topicName ?? fields.topic);
        return { topic, fields, record: parseRecord(topic, fields, nowMs) };
      }),
    );
    // Only once all are valid: a refused request must not move the turn.
    const records = parsed.map(({ topic, fields, record }): NewRecord => {
      if (fields.partition !== undefined && fields.partition !== null) return record;
      const { key } = record;
      return {
        ...record,
        partition: key === null ? nextPartition(topic) : partitionOf(key, topic.partitions),
      };
    });
    return records.length === 0 ? [] : await store.append(records);
  }

  return [
    { methods: ["GET", "POST"], path: "/produce", handle: ({ body }) => produce(body) },
    {
      methods: ["GET", "POST"],
      path: "/produce/:topic",
      handle: ({ body, params: [topic] }) => produce(body, topic),
    },
    {
      methods: ["GET", "POST"],
      path: "/produce/:topic/:message",
      handle: async ({ params: [topic, value], query }) => {
        const [metadata] = await produce({ value, key: query.get("key") }, topic);
        return metadata;
      },
    },
  ];
}

/** `partition` is 0 in the result where the client named none. */
function parseRecord(topic: TopicConfig, fields: Record<string, unknown>, nowMs: number): NewRecord {
  const { partition, timestamp, key, value, headers } = fields;
  const record: NewRecord = {
    topic: topic.name,
    partition: partition === undefined || partition === null ? 0 : requirePartition(topic, partition),
    timestamp:
      timestamp === undefined || timestamp === null
        ? nowMs
        : asInteger(timestamp, "timestamp", 0, nowMs + MAX_TIMESTAMP_AHEAD_MS),
    key: key === undefined || key === null ? null : asText(key, "key"),
    value: asText(value, "value"),
    headers: headers === undefined || headers === null ? [] : parseHeaders(headers),
  };
  if (recordBytes(record) > MAX_RECORD_BYTES) {
    throw new RestError(413, `a record may have at most ${MAX_RECORD_BYTES} bytes`);
  }
  return record;
}

function parseHeaders(value: unknown): RecordHeader[] {
  if (!Array.isArray(value) || value.length > MAX_HEADERS_PER_RECORD) {
    throw new RestError(400, `headers must be an array of at most ${MAX_HEADERS_PER_RECORD}`);
  }
  return value.map((item) => {
    const fields = asObject(item, "a header");
    return { key: asText(fields.key, "header key"), value: asText(fields.value, "header value") };
  });
}

/** A lone surrogate has no UTF-8 form: replaced here, so that no reader gets another text than the next one. */
function asText(value: unknown, what: string): string {
  return asString(value, what).toWellFormed();
}
