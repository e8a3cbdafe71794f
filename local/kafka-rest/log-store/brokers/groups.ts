import type { TopicPartitionOffset } from "../log-store.ts";
import type { AdminClient } from "./admin-client.ts";
import type { Cluster } from "./cluster.ts";
import { CALL_LIMIT_MS } from "./limits.ts";

/** What Kafka answers for a partition without a committed offset. */
const NONE = -1n;

/**
 * Committed offsets of groups without members: Kafka keeps them as it does for any consumer, so that its own tools
 * show the lag.
 */
export class Groups {
  readonly #admin: AdminClient;
  readonly #cluster: Cluster;
  /** By group: commits one after another, so that the last one wins. */
  readonly #commits = new Map<string, Promise<void>>();

  constructor(admin: AdminClient, cluster: Cluster) {
    this.#admin = admin;
    this.#cluster = cluster;
  }

  async commit(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    await this.#cluster.assertKnown(offsets);
    if (offsets.length === 0) return;
    const byTopic = new Map<string, { partition: number; offset: bigint }[]>();
    for (const { topic, partition, offset } of offsets) {
      const list = byTopic.get(topic) ?? [];
      list.push({ partition, offset: BigInt(offset) });
      byTopic.set(topic, list);
    }
    const topics = [...byTopic].map(([name, partitionOffsets]) => ({ name, partitionOffsets }));
    const before = this.#commits.get(groupId) ?? Promise.resolve();
    const commit = before
      .catch(() => undefined)
      .then(() =>
        this.#admin.call(CALL_LIMIT_MS, (admin) => admin.alterConsumerGroupOffsets({ groupId, topics })),
      );
    this.#commits.set(groupId, commit);
    try {
      await commit;
    } finally {
      if (this.#commits.get(groupId) === commit) this.#commits.delete(groupId);
    }
  }

  async committed(groupId: string): Promise<TopicPartitionOffset[]> {
    const [group] = await this.#admin.call(CALL_LIMIT_MS, (admin) => {
      return admin.listConsumerGroupOffsets({ groups: [groupId] });
    });
    return (group?.topics ?? []).flatMap(({ name: topic, partitions }) =>
      partitions
        .filter(({ committedOffset }) => committedOffset !== NONE)
        .map(({ partitionIndex: partition, committedOffset }) => {
          return { topic, partition, offset: Number(committedOffset) };
        }),
    );
  }
}
