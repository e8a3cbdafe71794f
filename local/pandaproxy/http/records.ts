import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { LogRecord, LogStore, TopicPartition } from "../../kafka-rest/log-store/log-store.ts";
import { BATCH_RECORDS, MAX_BYTES_PER_READ, MAX_RECORDS_PER_READ, MAX_TIMEOUT_MS } from "../limits.ts";
import { badRequest, outOfRange, unknownPartition } from "../proxy-error.ts";

/**
 * `GET /topics/{topic}/partitions/{partition}/records`: waits for a record up to `timeout`, and gives batches whole.
 * @see https://docs.redpanda.com/api/doc/http-proxy/operation/operation-get_topics_records
 */
export async function records(
  store: LogStore,
  place: TopicPartition,
  query: URLSearchParams,
  client: IncomingMessage,
) {
  const offset = integer(query, "offset", Number.MAX_SAFE_INTEGER);
  const timeoutMs = Math.min(integer(query, "timeout", 2 ** 31 - 1), MAX_TIMEOUT_MS);
  const maxBytes = Math.min(integer(query, "max_bytes", 2 ** 31 - 1), MAX_BYTES_PER_READ);
  const topic = (await store.topics()).get(place.topic);
  if (!topic || place.partition >= topic.partitions) throw unknownPartition();
  const [first] = await store.offsets([place], "earliest");
  const [end] = await store.offsets([place], "latest");
  if (!first || !end || offset < first.offset || offset > end.offset) throw outOfRange();

  if (offset === end.offset && timeoutMs > 0) await available(store, { ...place, offset }, timeoutMs, client);
  const limits = { maxRecords: MAX_RECORDS_PER_READ, maxBytes: Math.max(maxBytes, 1) };
  const found = await store.read([{ ...place, offset }], limits);
  if (found.length === 0) return [];
  // The beginning of the batch that the offset is in.
  const from = Math.max(first.offset, offset - (offset % BATCH_RECORDS));
  const before =
    from < offset
      ? await store.read([{ ...place, offset: from }], { ...limits, maxBytes: MAX_BYTES_PER_READ })
      : [];
  return [...before.filter((record) => record.offset < offset), ...found].map(asRecord);
}

async function available(
  store: LogStore,
  position: TopicPartition & { offset: number },
  timeoutMs: number,
  client: IncomingMessage,
): Promise<void> {
  const gone = new AbortController();
  const found = new Promise<void>((resolve) => {
    const cancel = store.watch([position], resolve);
    gone.signal.addEventListener("abort", cancel);
  });
  const limit = AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]);
  const left = once(client.socket, "close", { signal: limit }).catch(() => {});
  await Promise.race([found, left]);
  gone.abort();
}

/** Timestamps and headers are not told; an empty key or value is as good as none. */
function asRecord({ topic, partition, offset, key, value }: LogRecord) {
  return { topic, key: base64(key), value: base64(value), partition, offset };
}

const base64 = (text: string | null): string | null => (text ? Buffer.from(text).toString("base64") : null);

function integer(query: URLSearchParams, name: string, max: number): number {
  const text = query.get(name) ?? "";
  if (text === "") throw badRequest(`Missing mandatory parameter '${name}'`);
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw badRequest(`Invalid parameter '${name}' got '${text}'`);
  return value;
}
