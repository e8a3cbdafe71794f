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
import { AdminClient } from "./admin-client.ts";
import { Cluster } from "./cluster.ts";
import { Groups } from "./groups.ts";
import { Offsets } from "./offsets.ts";
import type { BrokersOptions } from "./options.ts";
import { Producer } from "./producer.ts";
import { Reader } from "./reader.ts";
import { Tails } from "./tails.ts";
import { Topics } from "./topics.ts";
import { Wire } from "./wire.ts";

/**
 * A log store over Kafka brokers. It keeps nothing that matters: any number of them may serve one cluster. Connections
 * are made when they are needed, and again after a failure; a call that cannot be done in time rejects with UNAVAILABLE.
 */
export class BrokersLogStore implements LogStore {
  readonly #wire: Wire;
  readonly #admin: AdminClient;
  readonly #cluster: Cluster;
  readonly #offsets: Offsets;
  readonly #producer: Producer;
  readonly #tails: Tails;
  readonly #reader: Reader;
  readonly #groups: Groups;
  readonly #topics: Topics;
  #closed = false;

  constructor(options: BrokersOptions) {
    this.#wire = new Wire(options);
    this.#admin = new AdminClient(options);
    this.#cluster = new Cluster(this.#wire, this.#admin);
    this.#offsets = new Offsets(this.#wire, this.#cluster);
    this.#producer = new Producer(this.#wire, this.#cluster);
    this.#tails = new Tails(this.#wire, this.#cluster, this.#offsets);
    this.#reader = new Reader(this.#wire, this.#cluster, this.#offsets, this.#tails);
    this.#groups = new Groups(this.#admin, this.#cluster);
    this.#topics = new Topics(this.#admin, this.#cluster, options.replicationFactor);
  }

  async topics({ fresh = false } = {}): Promise<ReadonlyMap<string, TopicConfig>> {
    this.#assertOpen();
    return await this.#cluster.topics(fresh);
  }

  async createTopics(topics: readonly TopicConfig[]): Promise<void> {
    this.#assertOpen();
    await this.#topics.create(topics);
  }

  async append(records: readonly NewRecord[]): Promise<RecordMetadata[]> {
    this.#assertOpen();
    return await this.#producer.append(records);
  }

  async read(
    positions: readonly TopicPartitionOffset[],
    limits: ReadLimits,
    { watchesNext = false } = {},
  ): Promise<LogRecord[]> {
    this.#assertOpen();
    return await this.#reader.read(positions, limits, watchesNext);
  }

  watch(positions: readonly TopicPartitionOffset[], onAvailable: () => void): () => void {
    this.#assertOpen();
    return this.#tails.watch(positions, onAvailable);
  }

  async offsets(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<TopicPartitionOffset[]> {
    this.#assertOpen();
    return await this.#offsets.find(partitions, spec);
  }

  async commit(group: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    this.#assertOpen();
    await this.#groups.commit(group, offsets);
  }

  async committed(group: string): Promise<TopicPartitionOffset[]> {
    this.#assertOpen();
    return await this.#groups.committed(group);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#producer.settled();
    this.#tails.close();
    await Promise.all([this.#wire.close(), this.#admin.close()]);
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogStoreError("CLOSED", "the log store is closed");
  }
}
