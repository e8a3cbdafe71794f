import type { Clock } from "#shared/clock.ts";
import { type LogStore, LogStoreError, type NewRecord } from "../../kafka-rest/log-store/log-store.ts";
import { unprocessable } from "../proxy-error.ts";

/** Kafka's own code, which stands in the answer for a partition that there is not. */
const UNKNOWN_TOPIC_OR_PARTITION = 3;

interface Appended {
  partition: number;
  error_code?: number;
  offset: number;
}

/**
 * `POST /topics/{topic}`: each partition's records are a batch, and each has its own end in the answer, which is 200.
 * @see https://docs.redpanda.com/api/doc/http-proxy/operation/operation-post_topics_name
 */
export async function produce(store: LogStore, topic: string, body: unknown, clock: Clock) {
  const records = recordsOf(body).map((fields) => recordOf(topic, fields, clock()));
  const batches = [...Map.groupBy(records, ({ partition }) => partition)];
  const offsets = batches.map(async ([partition, batch]): Promise<Appended> => {
    try {
      const [first] = await store.append(batch);
      return { partition, offset: first?.offset ?? -1 };
    } catch (error) {
      if (!(error instanceof LogStoreError) || error.code !== "UNKNOWN_TOPIC_OR_PARTITION") throw error;
      return { partition, error_code: UNKNOWN_TOPIC_OR_PARTITION, offset: -1 };
    }
  });
  return { offsets: await Promise.all(offsets) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function recordsOf(body: unknown): unknown[] {
  if (isObject(body) && Array.isArray(body.records)) return body.records;
  throw unprocessable("the body has to be an object with a list of records");
}

/** A record without a partition goes to the first one here; Redpanda chooses one. */
function recordOf(topic: string, fields: unknown, timestamp: number): NewRecord {
  if (!isObject(fields)) throw unprocessable("a record has to be an object");
  const unknown = Object.keys(fields).find((name) => !["partition", "key", "value"].includes(name));
  if (unknown !== undefined) throw unprocessable(`a record has no field ${unknown}`);
  const { partition = 0, key, value } = fields;
  if (!Number.isInteger(partition)) throw unprocessable("a partition has to be an integer");
  return {
    ...{ topic, partition: partition as number, timestamp, headers: [] },
    key: key === undefined ? null : textOf(key),
    value: value === undefined ? "" : textOf(value),
  };
}

/** The log keeps texts: bytes that are none are refused, where Redpanda keeps them. */
function textOf(base64: unknown): string {
  if (typeof base64 !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw unprocessable("a key or value has to be in base64");
  }
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) throw unprocessable("a key or value has to be a text here");
  return text;
}
