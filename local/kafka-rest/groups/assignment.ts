import type { TopicPartition } from "../log-store/log-store.ts";

/** One instance of a consumer group and the topics that it wants. */
export type Subscription = { instance: string; topics: ReadonlySet<string> };

/**
 * Kafka's range assignment: per topic, the instances that want it, by name, get one run of partitions each,
 * the first ones one more where they do not divide evenly.
 */
export function assignRanges(
  subscriptions: readonly Subscription[],
  partitionsOf: (topic: string) => number,
): Map<string, TopicPartition[]> {
  const assigned = new Map<string, TopicPartition[]>(subscriptions.map(({ instance }) => [instance, []]));
  const topics = new Set(subscriptions.flatMap((subscription) => [...subscription.topics]));
  for (const topic of topics) {
    const members = subscriptions.filter((subscription) => subscription.topics.has(topic));
    const names = members.map(({ instance }) => instance).sort();
    const partitions = partitionsOf(topic);
    const share = Math.floor(partitions / names.length);
    const larger = partitions % names.length;
    let partition = 0;
    for (const [i, name] of names.entries()) {
      const until = partition + share + (i < larger ? 1 : 0);
      for (; partition < until; partition += 1) assigned.get(name)?.push({ topic, partition });
    }
  }
  return assigned;
}
