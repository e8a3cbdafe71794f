/**
 * The storage port: a partitioned, append-only log with committed offsets, as Apache Kafka has it.
 * The HTTP front knows this interface alone; what implements it may be an embedded database or brokers.
 * Every implementation must pass `log-store.contract.ts`.
 */

/** `retentionMs`: how long a record is kept at least, counted from its timestamp. */
export type TopicConfig = { name: string; partitions: number; retentionMs: number };

export type TopicPartition = { topic: string; partition: number };

/** In reads: the next record wanted. In commits: the next record the group will process. */
export type TopicPartitionOffset = TopicPartition & { offset: number };

export type RecordHeader = { key: string; value: string };

/** `timestamp` is epoch milliseconds. `key` null: no key (an empty key is a key). */
export type NewRecord = TopicPartition & {
  timestamp: number;
  key: string | null;
  value: string;
  headers: RecordHeader[];
};

export type LogRecord = NewRecord & { offset: number };

export type RecordMetadata = TopicPartitionOffset & { timestamp: number };

/** Both bounds hold for one read; a single record larger than `maxBytes` is still delivered, alone. */
export type ReadLimits = { maxRecords: number; maxBytes: number };

/** A time in epoch milliseconds, or an end of the log. */
export type OffsetSpec = "earliest" | "latest" | number;

export type LogStoreErrorCode =
  | "UNKNOWN_TOPIC_OR_PARTITION"
  | "PARTITION_COUNT_MISMATCH"
  | "LIMIT_EXCEEDED"
  | "RECORD_TOO_LARGE"
  | "RECORD_REFUSED"
  | "GROUP_HAS_MEMBERS"
  | "UNAVAILABLE"
  | "CLOSED";

/** What a store refuses, with a stable code. Anything else a store throws is a fault of the store. */
export class LogStoreError extends Error {
  readonly code: LogStoreErrorCode;

  constructor(code: LogStoreErrorCode, message: string) {
    super(message);
    this.name = "LogStoreError";
    this.code = code;
  }
}

export interface LogStore {
  /**
   * All topics by name. Where others may create topics too, what is known may be some seconds old; `fresh` asks, and
   * so tells whether the log is there.
   */
  topics(options?: { fresh?: boolean }): Promise<ReadonlyMap<string, TopicConfig>>;

  /**
   * Creates the topics that do not exist, none where one is refused; for existing ones sets `retentionMs`.
   * Rejects with PARTITION_COUNT_MISMATCH where one exists with another number of partitions: keys would
   * move between partitions, and order per key would be lost.
   */
  createTopics(topics: readonly TopicConfig[]): Promise<void>;

  /**
   * Appends the records in the given order, none where a topic or partition is unknown
   * (UNKNOWN_TOPIC_OR_PARTITION). Resolves once all are durable and readable. A failure (UNAVAILABLE) leaves open
   * which were appended: the embedded log has then appended none, brokers perhaps those of some partitions.
   * Rejects with RECORD_TOO_LARGE or RECORD_REFUSED what a topic's own settings do not allow.
   */
  append(records: readonly NewRecord[]): Promise<RecordMetadata[]>;

  /**
   * Records from each position on, in offset order within a partition, positions served in the given order
   * until a limit is reached. Does not wait. A position before the log start (retention) reads from the log
   * start; one at or beyond the end reads nothing. Only durable records are ever returned. Who watches next anyway
   * says `watchesNext`: then a record written a moment ago may be left to the watch, where looking for it costs more.
   */
  read(
    positions: readonly TopicPartitionOffset[],
    limits: ReadLimits,
    options?: { watchesNext?: boolean },
  ): Promise<LogRecord[]>;

  /**
   * Calls `onAvailable` once, as soon as any position has a record to read (at once if one has already), or where
   * the log cannot tell any more: a read then says which.
   * The returned function takes the interest back; it may be called at any time, any number of times.
   */
  watch(positions: readonly TopicPartitionOffset[], onAvailable: () => void): () => void;

  /**
   * Per partition: the log start, the end (the offset the next record will get), or for a time the first
   * offset whose timestamp is greater or equal; the end where there is none.
   */
  offsets(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<TopicPartitionOffset[]>;

  /**
   * Sets the group's committed offsets, durably. The last commit wins, also a lower one. Rejects with
   * GROUP_HAS_MEMBERS where consumers of another kind own the group.
   */
  commit(group: string, offsets: readonly TopicPartitionOffset[]): Promise<void>;

  /** Every offset the group has committed; empty for an unknown group. */
  committed(group: string): Promise<TopicPartitionOffset[]>;

  /** Finishes what is under way and releases everything. Later calls reject with CLOSED. */
  close(): Promise<void>;
}

/** Size of a record against limits: UTF-8 bytes of key, value and headers. */
export function recordBytes(record: Pick<NewRecord, "key" | "value" | "headers">): number {
  let bytes = Buffer.byteLength(record.value) + (record.key === null ? 0 : Buffer.byteLength(record.key));
  for (const header of record.headers)
    bytes += Buffer.byteLength(header.key) + Buffer.byteLength(header.value);
  return bytes;
}
