/** Kafka's default partitioner: same key, same partition, whichever client wrote the record. */

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/** 32-bit MurmurHash2 with Kafka's seed, as a signed integer. */
export function murmur2(data: Uint8Array): number {
  const tail = data.length & ~3;
  let hash = SEED ^ data.length;
  for (let i = 0; i < tail; i += 4) {
    let word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  const left = data.length - tail;
  if (left >= 3) hash ^= data[tail + 2]! << 16;
  if (left >= 2) hash ^= data[tail + 1]! << 8;
  if (left >= 1) hash = Math.imul(hash ^ data[tail]!, MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** The partition of a key among `partitions`: the positive part of the hash, modulo. */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}
