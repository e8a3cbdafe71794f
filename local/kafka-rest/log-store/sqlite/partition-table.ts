import type { TopicConfig, TopicPartition } from "../log-store.ts";
import { LogStoreError } from "../log-store.ts";
import type { StoreState } from "./messages.ts";
import { PartitionLog } from "./partition-log.ts";

/** All topics and partitions, and the committed offsets of all groups, as the serving thread knows them. */
export class PartitionTable {
  readonly topics = new Map<string, TopicConfig>();
  /** group -> partition -> offset */
  readonly committed = new Map<string, Map<PartitionLog, number>>();
  readonly #logs = new Map<string, PartitionLog[]>();
  readonly #byId = new Map<number, PartitionLog>();
  #lastId = 0;

  constructor(state: StoreState) {
    for (const topic of state.topics) this.topics.set(topic.name, topic);
    for (const { id, topic, number, logStart, end } of state.partitions) {
      this.#add(new PartitionLog(id, { topic, partition: number }, logStart, end));
    }
    for (const { group, partitionId, offset } of state.committed) {
      const log = this.#byId.get(partitionId);
      if (log) this.setCommitted(group, log, offset);
    }
  }

  /** Throws UNKNOWN_TOPIC_OR_PARTITION. */
  log({ topic, partition }: TopicPartition): PartitionLog {
    const log = this.#logs.get(topic)?.[partition];
    if (log) return log;
    throw new LogStoreError(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `unknown topic or partition: ${topic}/${partition}`,
    );
  }

  byId(id: number): PartitionLog {
    const log = this.#byId.get(id);
    if (!log) throw new Error(`no partition has id ${id}`);
    return log;
  }

  all(): PartitionLog[] {
    return [...this.#byId.values()];
  }

  /** Ids for the partitions of a new topic; never given twice. */
  takeIds(count: number): number[] {
    return Array.from({ length: count }, () => ++this.#lastId);
  }

  addTopic(config: TopicConfig, partitionIds: readonly number[]): void {
    this.topics.set(config.name, config);
    for (const [partition, id] of partitionIds.entries()) {
      this.#add(new PartitionLog(id, { topic: config.name, partition }, 0, 0));
    }
  }

  setCommitted(group: string, log: PartitionLog, offset: number): void {
    const offsets = this.committed.get(group) ?? new Map<PartitionLog, number>();
    this.committed.set(group, offsets.set(log, offset));
  }

  #add(log: PartitionLog): void {
    const logs = this.#logs.get(log.topic) ?? [];
    logs[log.partition] = log;
    this.#logs.set(log.topic, logs);
    this.#byId.set(log.id, log);
    this.#lastId = Math.max(this.#lastId, log.id);
  }
}
