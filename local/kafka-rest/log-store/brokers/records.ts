import type { fetchV17, MessageRecord, RecordsBatch } from "@platformatic/kafka";
import { type LogRecord, type NewRecord, recordBytes, type TopicPartition } from "../log-store.ts";

/** Records as the protocol has them, and back. */

/** https://kafka.apache.org/documentation/#recordbatch, "Attributes" */
const LOG_APPEND_TIME = 0b1000;
const CONTROL_BATCH = 0b10_0000;

export function toMessage(record: NewRecord): MessageRecord {
  const { topic, partition, timestamp, key, value, headers } = record;
  return {
    topic,
    partition,
    timestamp: BigInt(timestamp),
    ...(key === null ? {} : { key: Buffer.from(key) }),
    value: Buffer.from(value),
    // By object, so that a key may be there more than once, as Kafka allows.
    headers: new Map(headers.map((header) => [Buffer.from(header.key), Buffer.from(header.value)])),
  };
}

export type FetchedPartition = {
  records: { record: LogRecord; bytes: number }[];
  /** The offset to ask for next: beyond what came, also where that held nothing for readers. */
  next: number;
};

/** The records of a partition's answer from `offset` on: a batch comes whole, also where it begins before. */
export function fromAnswer(
  { topic, partition }: TopicPartition,
  offset: number,
  answer: fetchV17.FetchResponsePartition,
): FetchedPartition {
  const records: FetchedPartition["records"] = [];
  let next = offset;
  for (const batch of answer.records ?? []) {
    const end = Number(batch.firstOffset) + batch.lastOffsetDelta + 1;
    if (end <= offset) continue;
    next = Math.max(next, end);
    // Marks of transactions, which no consumer sees.
    if ((batch.attributes & CONTROL_BATCH) !== 0) continue;
    for (const record of readable(batch, { topic, partition })) {
      if (record.offset >= offset) records.push({ record, bytes: recordBytes(record) });
    }
  }
  return { records, next };
}

function readable(batch: RecordsBatch, { topic, partition }: TopicPartition): LogRecord[] {
  const appendTime = (batch.attributes & LOG_APPEND_TIME) !== 0 ? Number(batch.maxTimestamp) : undefined;
  return batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => {
    return {
      topic,
      partition,
      offset: Number(batch.firstOffset) + offsetDelta,
      timestamp: appendTime ?? Number(batch.firstTimestamp + timestampDelta),
      key: key === null ? null : key.toString(),
      // A record that deletes a key in a compacted topic has no value.
      value: value?.toString() ?? "",
      headers: headers.map(([name, text]) => ({
        key: name?.toString() ?? "",
        value: text?.toString() ?? "",
      })),
    };
  });
}
