import { type ConsumerStore, type Estate, type Parked, placeOf } from "./ports.ts";

/**
 * Fills an empty store with what the consumers of single partitions have kept, which run no more. Each time the same, until
 * it is saved.
 * @param estates by partition
 */
export function takeOver(store: ConsumerStore, topics: string[], estates: Map<number, Estate>): void {
  const offsets = new Map<string, number>();
  const parked: Parked[] = [];
  for (const [partition, estate] of estates) {
    for (const topic of topics) offsets.set(placeOf(topic, partition), estate.offsets.get(topic) ?? 0);
    for (const message of [...estate.parked].sort((a, b) => a.ticket - b.ticket)) {
      // Only within a line does the order matter, and a line is of one partition.
      parked.push({ ...message, partition, ticket: parked.length + 1 });
    }
  }
  store.save({ offsets, parked, unparked: [] });
}
