import { type ConnectionPool, ListOffsetTimestamps, type listOffsetsV9 } from "@platformatic/kafka";
import type { OffsetSpec, TopicPartition, TopicPartitionOffset } from "../log-store.ts";
import type { Cluster } from "./cluster.ts";
import { CALL_LIMIT_MS } from "./limits.ts";
import type { Wire } from "./wire.ts";

/** What a broker answers for a time after the last record's. */
const NONE = -1n;
const CONSUMER = -1;
const READ_UNCOMMITTED = 0;

/** The ends of partitions, and offsets by time, from the brokers that lead them. */
export class Offsets {
  readonly #wire: Wire;
  readonly #cluster: Cluster;
  readonly #pool: ConnectionPool;

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire;
    this.#cluster = cluster;
    this.#pool = wire.pool();
  }

  async find(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return [];
    const found = await this.#ask(partitions, spec);
    const late = partitions.filter((partition) => found.get(keyOf(partition)) === NONE);
    const ends = late.length > 0 ? await this.#ask(late, "latest") : found;
    return partitions.map(({ topic, partition }) => {
      const key = keyOf({ topic, partition });
      const offset = found.get(key) === NONE ? ends.get(key) : found.get(key);
      return { topic, partition, offset: Number(offset ?? 0n) };
    });
  }

  async #ask(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<Map<string, bigint>> {
    await this.#cluster.assertKnown(partitions);
    return await this.#wire.persist(
      CALL_LIMIT_MS,
      async () => {
        const found = new Map<string, bigint>();
        await Promise.all(
          [...this.#cluster.byLeader(partitions)].map(([node, led]) =>
            this.#askBroker(node, led, spec, found),
          ),
        );
        return found;
      },
      () => this.#cluster.refresh(),
    );
  }

  async #askBroker(node: number, partitions: TopicPartition[], spec: OffsetSpec, found: Map<string, bigint>) {
    const { EARLIEST, LATEST } = ListOffsetTimestamps;
    const timestamp = spec === "earliest" ? EARLIEST : spec === "latest" ? LATEST : BigInt(spec);
    const api = await this.#wire.api<listOffsetsV9.ListOffsetsRequest, listOffsetsV9.ListOffsetsResponse>(
      "ListOffsets",
    );
    const topics = new Map<string, listOffsetsV9.ListOffsetsRequestTopic>();
    for (const { topic: name, partition: partitionIndex } of partitions) {
      const topic = topics.get(name) ?? { name, partitions: [] };
      topic.partitions.push({ partitionIndex, currentLeaderEpoch: -1, timestamp });
      topics.set(name, topic);
    }
    const connection = await this.#wire.to(this.#pool, this.#cluster.broker(node));
    const response = await this.#wire.send(connection, api, [
      CONSUMER,
      READ_UNCOMMITTED,
      [...topics.values()],
    ]);
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, offset } of partitions) {
        found.set(keyOf({ topic: name, partition: partitionIndex }), offset);
      }
    }
  }
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;
