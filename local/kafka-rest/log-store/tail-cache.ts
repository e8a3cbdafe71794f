import type { LogRecord } from "./log-store.ts";
import { recordBytes } from "./log-store.ts";

/** Rough cost of a record's objects beside its text. */
const RECORD_OVERHEAD_BYTES = 256;
/** Dropped heads are cut off in batches, so that dropping one costs constant time on average. */
const COMPACT_AFTER = 1_024;

/** First in, first out, with access by position. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** The last records of one partition. */
export class PartitionTail {
  readonly records = new Fifo<{ record: LogRecord; bytes: number }>();
}

/**
 * The newest records of all partitions together, up to a number of bytes; the oldest leave first. A consumer
 * that keeps up is served from here and never waits for the database.
 */
export class TailCache {
  readonly #maxBytes: number;
  readonly #arrivals = new Fifo<PartitionTail>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(tail: PartitionTail, record: LogRecord): void {
    const bytes = recordBytes(record);
    tail.records.push({ record, bytes });
    this.#arrivals.push(tail);
    this.#bytes += bytes + RECORD_OVERHEAD_BYTES;
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
  }

  /** Whether every record from `offset` to the end of the partition is here. */
  holdsFrom(tail: PartitionTail, offset: number): boolean {
    const oldest = tail.records.at(0);
    return oldest !== undefined && oldest.record.offset <= offset;
  }

  // A record leaves its partition in the order it came, so the arrivals need to name only the partition.
  #dropOldest(): void {
    const dropped = this.#arrivals.shift()?.records.shift();
    if (dropped) this.#bytes -= dropped.bytes + RECORD_OVERHEAD_BYTES;
  }
}
