import type { LogRecord, ReadLimits, TopicPartition, TopicPartitionOffset } from "../log-store.ts";
import { PartitionTail, type TailCache } from "../tail-cache.ts";
import { INTEREST_MS } from "./limits.ts";
import type { FetchedPartition } from "./records.ts";

/** Someone who waits for a record in one of several partitions. */
export type Watcher = { wake: () => void };

/** The newest records of one partition, as far as somebody has been interested in them, and who waits for more. */
export class Tail {
  readonly topic: string;
  readonly partition: number;
  /** The offset that the next poll asks for: everything before it was seen. */
  next: number;
  readonly #cache: TailCache;
  readonly #watchers = new Map<Watcher, number>();
  #records = new PartitionTail();
  #interestUntilMs: number;

  constructor({ topic, partition, offset }: TopicPartitionOffset, cache: TailCache, nowMs: number) {
    this.topic = topic;
    this.partition = partition;
    this.next = offset;
    this.#cache = cache;
    this.#interestUntilMs = nowMs + INTEREST_MS;
  }

  isOfInterest(nowMs: number): boolean {
    return this.#watchers.size > 0 || nowMs < this.#interestUntilMs;
  }

  watch(watcher: Watcher, offset: number): void {
    this.#watchers.set(watcher, Math.min(offset, this.#watchers.get(watcher) ?? offset));
  }

  leave(watcher: Watcher, nowMs: number): void {
    if (this.#watchers.delete(watcher)) this.#interestUntilMs = nowMs + INTEREST_MS;
  }

  /** Takes what a poll from offset `from` has brought, which another one may have brought before. */
  take(from: number, { records, next }: FetchedPartition): void {
    // It was sent before a restart further back: what lies between would be missing.
    if (from > this.next) return;
    for (const { record } of records) {
      if (record.offset < this.next) continue;
      this.#cache.add(this.#records, record);
      this.next = record.offset + 1;
    }
    this.next = Math.max(this.next, next);
    this.#wake();
  }

  /** Begins again at another offset: the brokers no longer have what was polled for. */
  restart(offset: number): void {
    this.#records = new PartitionTail();
    this.next = offset;
    // The end may have passed what somebody waits for while it was looked up.
    this.#wake();
  }

  wakeAll(): void {
    for (const watcher of this.#watchers.keys()) watcher.wake();
  }

  /** Records from `offset` on; undefined where only the brokers have them. */
  from(
    offset: number,
    { maxRecords, maxBytes }: ReadLimits,
  ): { records: LogRecord[]; bytes: number } | undefined {
    if (!this.#cache.holdsFrom(this.#records, offset)) return undefined;
    const { records } = this.#records;
    const found: LogRecord[] = [];
    let bytes = 0;
    for (let i = this.#indexOf(offset); i < records.length; i += 1) {
      const entry = records.at(i)!;
      if (found.length >= maxRecords || (found.length > 0 && bytes + entry.bytes > maxBytes)) break;
      bytes += entry.bytes;
      found.push(entry.record);
    }
    return { records: found, bytes };
  }

  #wake(): void {
    for (const [watcher, offset] of this.#watchers) if (offset < this.next) watcher.wake();
  }

  // By halving: offsets rise, but compaction and marks of transactions leave gaps.
  #indexOf(offset: number): number {
    const { records } = this.#records;
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (records.at(middle)!.record.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;
