import { type Broker, ConfigResourceTypes, type metadataV12, ResponseError } from "@platformatic/kafka";
import { LogStoreError, type TopicConfig, type TopicPartition } from "../log-store.ts";
import type { AdminClient } from "./admin-client.ts";
import { unavailable } from "./failures.ts";
import { CALL_LIMIT_MS, METADATA_AGE_MS } from "./limits.ts";
import type { Wire } from "./wire.ts";

type Topic = { name: string; id: string; leaders: number[] };

/** What Kafka says where records are kept without end. */
const NO_RETENTION = -1;
export const RETENTION = "retention.ms";

/** What is known of brokers, topics and leaders; asked for again when it proves wrong, and now and then. */
export class Cluster {
  readonly #wire: Wire;
  readonly #admin: AdminClient;
  #brokers = new Map<number, Broker>();
  #topics = new Map<string, Topic>();
  #configs = new Map<string, TopicConfig>();
  readonly #retention = new Map<string, number>();
  #readAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(wire: Wire, admin: AdminClient) {
    this.#wire = wire;
    this.#admin = admin;
  }

  /** All topics, as they were known at most some seconds ago; `fresh` asks the brokers. */
  async topics(fresh: boolean): Promise<ReadonlyMap<string, TopicConfig>> {
    const ageMs = performance.now() - this.#readAtMs;
    if (fresh || ageMs === Number.POSITIVE_INFINITY) await this.refresh();
    else if (ageMs > METADATA_AGE_MS) this.refresh().catch(() => undefined);
    return this.#configs;
  }

  /** Asks the brokers, in a request that begins after this call; who calls meanwhile shares the one after it. */
  refresh(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#read().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    // Where the one under way fails, the brokers are away: nobody waits for a second failure.
    this.#next ??= this.#running
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      })
      .catch((error) => {
        this.#next = undefined;
        throw error;
      });
    return this.#next;
  }

  /** @throws LogStoreError UNKNOWN_TOPIC_OR_PARTITION, also where the brokers have just been asked */
  async assertKnown(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.every((partition) => this.has(partition))) return;
    await this.refresh();
    for (const partition of partitions) this.require(partition);
  }

  /** @throws LogStoreError UNKNOWN_TOPIC_OR_PARTITION */
  require({ topic, partition }: TopicPartition): Topic {
    const known = this.#topics.get(topic);
    if (known && this.has({ topic, partition })) return known;
    throw new LogStoreError(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `unknown topic or partition: ${topic}/${partition}`,
    );
  }

  /** The broker that leads the partition; undefined while none does. */
  leader({ topic, partition }: TopicPartition): number | undefined {
    const node = this.#topics.get(topic)?.leaders[partition];
    return node === undefined || !this.#brokers.has(node) ? undefined : node;
  }

  broker(node: number): Broker {
    const broker = this.#brokers.get(node);
    if (!broker) throw unavailable(`broker ${node} has left`);
    return broker;
  }

  /**
   * The partitions by the broker that leads them, in their order.
   * @throws LogStoreError UNKNOWN_TOPIC_OR_PARTITION, or UNAVAILABLE where a partition has no leader
   */
  byLeader<T extends TopicPartition>(partitions: readonly T[]): Map<number, T[]> {
    const grouped = new Map<number, T[]>();
    for (const partition of partitions) {
      this.require(partition);
      const node = this.leader(partition);
      if (node === undefined) throw unavailable(`${partition.topic}/${partition.partition} has no leader`);
      const led = grouped.get(node) ?? [];
      led.push(partition);
      grouped.set(node, led);
    }
    return grouped;
  }

  setRetention(name: string, retentionMs: number): void {
    this.#retention.set(name, retentionMs);
    const config = this.#configs.get(name);
    if (config) this.#configs.set(name, { ...config, retentionMs });
  }

  has({ topic, partition }: TopicPartition): boolean {
    const leaders = this.#topics.get(topic)?.leaders;
    return (
      leaders !== undefined && Number.isInteger(partition) && partition >= 0 && partition < leaders.length
    );
  }

  async #read(): Promise<void> {
    const response = await this.#wire.persist(CALL_LIMIT_MS, async () => {
      const api = await this.#wire.api<metadataV12.MetadataRequest, metadataV12.MetadataResponse>("Metadata");
      try {
        return await this.#wire.send(await this.#wire.any(), api, [null, false, false]);
      } catch (error) {
        // Topics without a leader are reported as errors; the others are there all the same.
        if (error instanceof ResponseError) return error.response as metadataV12.MetadataResponse;
        throw error;
      }
    });
    this.#brokers = new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    const topics = new Map<string, Topic>();
    for (const { name, topicId, isInternal, partitions } of response.topics) {
      if (!name || isInternal || partitions.length === 0) continue;
      const leaders: number[] = [];
      for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
      topics.set(name, { name, id: topicId, leaders });
    }
    await this.#readRetention([...topics.keys()].filter((name) => !this.#retention.has(name)));
    this.#topics = topics;
    this.#configs = new Map(
      [...topics].map(([name, { leaders }]) => {
        return [
          name,
          { name, partitions: leaders.length, retentionMs: this.#retention.get(name) ?? NO_RETENTION },
        ];
      }),
    );
    for (const name of this.#retention.keys()) if (!topics.has(name)) this.#retention.delete(name);
    this.#readAtMs = performance.now();
  }

  // Only the topics' list shows it: where it may not be read, everything else goes on.
  async #readRetention(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const resources = names.map((resourceName) => {
      return { resourceType: ConfigResourceTypes.TOPIC, resourceName, configurationKeys: [RETENTION] };
    });
    const found = await this.#admin
      .call(CALL_LIMIT_MS, (admin) => admin.describeConfigs({ resources }))
      .catch(() => []);
    for (const { resourceName, configs } of found) {
      const value = configs.find(({ name }) => name === RETENTION)?.value;
      if (value) this.#retention.set(resourceName, Number(value));
    }
  }
}
