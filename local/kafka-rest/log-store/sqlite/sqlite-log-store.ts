import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "#shared/clock.ts";
import type {
  LogRecord,
  LogStore,
  NewRecord,
  OffsetSpec,
  ReadLimits,
  RecordMetadata,
  TopicConfig,
  TopicPartition,
  TopicPartitionOffset,
} from "../log-store.ts";
import { LogStoreError } from "../log-store.ts";
import { TailCache } from "../tail-cache.ts";
import { DatabaseThread } from "./database-thread.ts";
import { lockDirectory } from "./directory-lock.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Change, ReaderRequest, RecordRow, StoreState, WriteRequest } from "./messages.ts";
import { awaitRecords, type PartitionLog } from "./partition-log.ts";
import { PartitionTable } from "./partition-table.ts";
import { readTails } from "./read-tails.ts";
import { Retention } from "./retention.ts";
import { createDatabase } from "./schema.ts";

/** Minutes of saga traffic; a consumer further behind reads from the database. */
const TAIL_CACHE_BYTES = 32 * 1024 * 1024;
const WRITER_SCRIPT = new URL("./writer-thread.ts", import.meta.url);
const READER_SCRIPT = new URL("./reader-thread.ts", import.meta.url);
const RETENTION_INTERVAL_MS = 60_000;
/** Committed offsets of all groups are held in memory. */
const MAX_GROUPS = 1_000;

export type SqliteLogStoreOptions = {
  directory: string;
  /** A transaction failed: the log can take no more writes, and the process should end. Called once. */
  onFailure: (error: Error) => void;
  clock?: Clock;
  tailCacheBytes?: number;
};

type Threads = {
  writer: DatabaseThread<WriteRequest, null>;
  reader: DatabaseThread<ReaderRequest, unknown>;
  unlock: () => void;
};

/** A log store in one SQLite file. One process owns a directory at a time; opening it twice is an error. */
export async function openSqliteLogStore(options: SqliteLogStoreOptions): Promise<SqliteLogStore> {
  mkdirSync(options.directory, { recursive: true });
  const unlock = lockDirectory(options.directory);
  try {
    const path = join(options.directory, "log.db");
    createDatabase(path);
    const writer = new DatabaseThread<WriteRequest, null>(WRITER_SCRIPT, path);
    const reader = new DatabaseThread<ReaderRequest, unknown>(READER_SCRIPT, path);
    const state = (await reader.ask({ kind: "state" })) as StoreState;
    return new SqliteLogStore(options, { writer, reader, unlock }, new PartitionTable(state));
  } catch (error) {
    unlock();
    throw error;
  }
}

export class SqliteLogStore implements LogStore {
  readonly #clock: Clock;
  readonly #threads: Threads;
  readonly #table: PartitionTable;
  readonly #commits: GroupCommit;
  readonly #tails: TailCache;
  readonly #retention: Retention;
  readonly #retentionTimer: NodeJS.Timeout;
  #creating: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SqliteLogStoreOptions, threads: Threads, table: PartitionTable) {
    this.#clock = options.clock ?? systemClock;
    this.#threads = threads;
    this.#table = table;
    this.#commits = new GroupCommit(threads.writer, options.onFailure);
    this.#tails = new TailCache(options.tailCacheBytes ?? TAIL_CACHE_BYTES);
    this.#retention = new Retention(table, threads.reader, this.#commits);
    // A failed sweep has already been reported by onFailure, or will be tried again in a minute.
    this.#retentionTimer = setInterval(() => this.sweepRetention().catch(() => 0), RETENTION_INTERVAL_MS);
    this.#retentionTimer.unref();
  }

  async topics(): Promise<ReadonlyMap<string, TopicConfig>> {
    this.#assertOpen();
    return this.#table.topics;
  }

  // One after another: two creations of one name at the same time must not both find it absent.
  createTopics(topics: readonly TopicConfig[]): Promise<void> {
    const created = this.#creating.then(() => this.#create(topics));
    this.#creating = created.catch(() => undefined);
    return created;
  }

  async append(records: readonly NewRecord[]): Promise<RecordMetadata[]> {
    this.#assertOpen();
    const logs = records.map((record) => this.#table.log(record));
    const stored = records.map((record, i): LogRecord => ({ ...record, offset: logs[i]!.next++ }));
    const rows = stored.map(({ offset, timestamp, key, value, headers }, i): RecordRow => {
      return { partitionId: logs[i]!.id, offset, timestamp, key, value, headers };
    });
    await this.#commits.submit([{ kind: "records", rows }]);
    for (const [i, record] of stored.entries()) this.#tails.add(logs[i]!.tail, record);
    const ends = new Map(stored.map((record, i) => [logs[i]!, record.offset + 1]));
    for (const [log, end] of ends) log.advanceTo(end);
    return stored.map(({ topic, partition, offset, timestamp }) => ({ topic, partition, offset, timestamp }));
  }

  async read(positions: readonly TopicPartitionOffset[], limits: ReadLimits): Promise<LogRecord[]> {
    this.#assertOpen();
    const wanted = this.#resolve(positions)
      .map(({ log, offset }) => ({ log, offset: Math.max(offset, log.logStart) }))
      .filter(({ log, offset }) => offset < log.end);
    if (wanted.length === 0 || limits.maxRecords < 1) return [];
    if (wanted.every(({ log, offset }) => this.#tails.holdsFrom(log.tail, offset))) {
      return readTails(wanted, limits);
    }
    const ranges = wanted.map(({ log, offset }) => ({ partitionId: log.id, from: offset, to: log.end }));
    const rows = (await this.#threads.reader.ask({ kind: "records", ranges, ...limits })) as RecordRow[];
    return rows.map(({ partitionId, ...record }) => {
      const { topic, partition } = this.#table.byId(partitionId);
      return { topic, partition, ...record };
    });
  }

  watch(positions: readonly TopicPartitionOffset[], onAvailable: () => void): () => void {
    this.#assertOpen();
    const wanted = this.#resolve(positions);
    if (wanted.some(({ log, offset }) => Math.max(offset, log.logStart) < log.end)) {
      onAvailable();
      return () => undefined;
    }
    return awaitRecords(wanted, onAvailable);
  }

  async offsets(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<TopicPartitionOffset[]> {
    this.#assertOpen();
    const logs = partitions.map((partition) => this.#table.log(partition));
    const ranges = logs.map((log) => ({ partitionId: log.id, from: log.logStart, to: log.end }));
    let found: number[];
    if (spec === "earliest") found = ranges.map(({ from }) => from);
    else if (spec === "latest") found = ranges.map(({ to }) => to);
    else {
      const request: ReaderRequest = { kind: "offset-by-time", ranges, timestamp: spec };
      found = (await this.#threads.reader.ask(request)) as number[];
    }
    return logs.map(({ topic, partition }, i) => ({ topic, partition, offset: found[i]! }));
  }

  async commit(group: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    this.#assertOpen();
    if (!this.#table.committed.has(group) && this.#table.committed.size >= MAX_GROUPS) {
      throw new LogStoreError("LIMIT_EXCEEDED", `at most ${MAX_GROUPS} consumer groups`);
    }
    const wanted = this.#resolve(offsets);
    await this.#commits.submit(
      wanted.map(({ log, offset }): Change => ({ kind: "commit", group, partitionId: log.id, offset })),
    );
    for (const { log, offset } of wanted) this.#table.setCommitted(group, log, offset);
  }

  async committed(group: string): Promise<TopicPartitionOffset[]> {
    this.#assertOpen();
    const offsets = this.#table.committed.get(group) ?? [];
    return [...offsets].map(([{ topic, partition }, offset]) => ({ topic, partition, offset }));
  }

  /** One bounded run of retention; it also runs by itself every minute. Returns the records deleted. */
  async sweepRetention(): Promise<number> {
    this.#assertOpen();
    return await this.#retention.sweep(this.#clock());
  }

  /** How many entries of waiting reads exist, over all partitions: 0 when nobody waits. */
  waiterCount(): number {
    return this.#table.all().reduce((sum, log) => sum + log.waiters.size, 0);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#retentionTimer);
    await this.#commits.settled();
    await Promise.all([this.#threads.writer.close(), this.#threads.reader.close()]);
    this.#threads.unlock();
  }

  async #create(topics: readonly TopicConfig[]): Promise<void> {
    this.#assertOpen();
    const fresh = new Map<string, { config: TopicConfig; partitionIds: number[] }>();
    const changes: Change[] = [];
    for (const config of topics) {
      const existing = this.#table.topics.get(config.name) ?? fresh.get(config.name)?.config;
      if (existing && existing.partitions !== config.partitions) {
        throw new LogStoreError(
          "PARTITION_COUNT_MISMATCH",
          `topic ${config.name} has ${existing.partitions} partitions, not ${config.partitions}`,
        );
      }
      if (existing) changes.push({ kind: "retention", name: config.name, retentionMs: config.retentionMs });
      else {
        const partitionIds = this.#table.takeIds(config.partitions);
        fresh.set(config.name, { config, partitionIds });
        changes.push({ kind: "topic", name: config.name, retentionMs: config.retentionMs, partitionIds });
      }
    }
    await this.#commits.submit(changes);
    for (const { config, partitionIds } of fresh.values()) this.#table.addTopic(config, partitionIds);
    for (const config of topics) this.#table.topics.set(config.name, { ...config });
  }

  #resolve(positions: readonly TopicPartitionOffset[]): { log: PartitionLog; offset: number }[] {
    return positions.map((position) => ({ log: this.#table.log(position), offset: position.offset }));
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogStoreError("CLOSED", "the log store is closed");
  }
}
