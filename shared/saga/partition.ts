const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/**
 * MurmurHash2 (32 bit, Kafka's seed) over the key's UTF-8 bytes: the hash of Kafka's default
 * partitioner, so that a foreign producer agrees with us.
 * @see https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/utils/Utils.java
 */
export function murmur2(key: string): number {
  const bytes = new TextEncoder().encode(key);
  const length = bytes.length;
  let hash = SEED ^ length;
  const words = length >> 2;
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words; i++) {
    let k = Math.imul(view.getInt32(i * 4, true), M);
    k ^= k >>> R;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const tail = words * 4;
  const rest = length & 3;
  if (rest === 3) hash ^= bytes[tail + 2]! << 16;
  if (rest >= 2) hash ^= bytes[tail + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes[tail]!, M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, computed here and sent along, so that every broker and stand-in agrees. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
