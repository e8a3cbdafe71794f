import { setTimeout as delay } from "node:timers/promises";
import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import { MAX_RECORD_BYTES } from "../../limits.ts";
import { LogStoreError, type TopicConfig } from "../log-store.ts";
import type { AdminClient } from "./admin-client.ts";
import { type Cluster, RETENTION } from "./cluster.ts";
import { reports, unavailable } from "./failures.ts";
import { BATCH_OVERHEAD_BYTES, CREATE_LIMIT_MS, RETRY_DELAY_MS } from "./limits.ts";

/** Each round loses a race against another front's creation at most once per topic. */
const MAX_ROUNDS = 5;

/** Creates topics and sets their retention. Safe to run again, and at the same time in several processes. */
export class Topics {
  readonly #admin: AdminClient;
  readonly #cluster: Cluster;
  readonly #replicationFactor: number;
  #running: Promise<void> = Promise.resolve();

  constructor(admin: AdminClient, cluster: Cluster, replicationFactor: number) {
    this.#admin = admin;
    this.#cluster = cluster;
    this.#replicationFactor = replicationFactor;
  }

  // One after another: of two creations of one name at the same time, the second must see the first one's.
  create(topics: readonly TopicConfig[]): Promise<void> {
    const created = this.#running.then(() => this.#create(topics));
    this.#running = created.catch(() => undefined);
    return created;
  }

  async #create(topics: readonly TopicConfig[]): Promise<void> {
    for (let round = 0; ; round += 1) {
      const known = await this.#cluster.topics(true);
      const missing = missingIn(known, topics);
      if (missing.length === 0) break;
      try {
        await this.#createMissing(missing);
      } catch (error) {
        // Another front was faster: what it made is looked at again.
        if (!reports(error, "TOPIC_ALREADY_EXISTS") || round >= MAX_ROUNDS) throw asSetUpError(error);
      }
      await this.#untilLed(missing);
    }
    await this.#setRetention(topics);
  }

  async #createMissing(missing: readonly TopicConfig[]): Promise<void> {
    const replicas = this.#replicationFactor;
    // The library gives all topics of one call the same settings.
    for (const [retentionMs, group] of Map.groupBy(missing, (topic) => topic.retentionMs)) {
      const configs = [
        { name: RETENTION, value: String(retentionMs) },
        { name: "max.message.bytes", value: String(MAX_RECORD_BYTES + BATCH_OVERHEAD_BYTES) },
        // An acknowledged record outlives any one broker, and one broker may be away.
        ...(replicas > 1 ? [{ name: "min.insync.replicas", value: String(replicas - 1 || 1) }] : []),
      ];
      const topics = group.map(({ name, partitions }) => ({ topic: name, partitions, replicas }));
      await this.#admin.call(CREATE_LIMIT_MS, (admin) => admin.createTopics({ topics, configs }));
    }
  }

  /** Until every partition of them can be written to. */
  async #untilLed(topics: readonly TopicConfig[]): Promise<void> {
    const until = performance.now() + CREATE_LIMIT_MS;
    const isLed = ({ name, partitions }: TopicConfig) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })).every(
        (partition) => this.#cluster.leader(partition) !== undefined,
      );
    for (await this.#cluster.refresh(); !topics.every(isLed); await this.#cluster.refresh()) {
      const known = await this.#cluster.topics(false);
      // Another front has made it otherwise: the next round says so.
      if (topics.some(({ name, partitions }) => (known.get(name)?.partitions ?? partitions) !== partitions))
        return;
      if (performance.now() > until) throw unavailable("a new topic has no leader yet");
      await delay(RETRY_DELAY_MS);
    }
  }

  async #setRetention(topics: readonly TopicConfig[]): Promise<void> {
    const known = await this.#cluster.topics(false);
    const changed = topics.filter(({ name, retentionMs }) => known.get(name)?.retentionMs !== retentionMs);
    if (changed.length === 0) return;
    const resources = changed.map(({ name, retentionMs }) => {
      const configOperation = IncrementalAlterConfigOperationTypes.SET;
      return {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: name,
        configs: [{ name: RETENTION, configOperation, value: String(retentionMs) }],
      };
    });
    await this.#admin.call(CREATE_LIMIT_MS, (admin) => admin.incrementalAlterConfigs({ resources }));
    for (const { name, retentionMs } of changed) this.#cluster.setRetention(name, retentionMs);
  }
}

/** @throws LogStoreError PARTITION_COUNT_MISMATCH, before anything is created */
function missingIn(known: ReadonlyMap<string, TopicConfig>, topics: readonly TopicConfig[]): TopicConfig[] {
  const missing = new Map<string, TopicConfig>();
  for (const topic of topics) {
    const existing = known.get(topic.name) ?? missing.get(topic.name);
    if (existing && existing.partitions !== topic.partitions) {
      throw new LogStoreError(
        "PARTITION_COUNT_MISMATCH",
        `topic ${topic.name} has ${existing.partitions} partitions, not ${topic.partitions}`,
      );
    }
    if (!existing) missing.set(topic.name, topic);
  }
  return [...missing.values()];
}

function asSetUpError(error: unknown): unknown {
  if (!reports(error, "INVALID_REPLICATION_FACTOR")) return error;
  return unavailable("there are fewer of them than copies of a topic are wanted (KAFKA_REPLICATION_FACTOR)");
}
