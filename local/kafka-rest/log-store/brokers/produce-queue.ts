import type { MessageRecord } from "@platformatic/kafka";
import type { NewRecord, RecordMetadata, TopicPartition } from "../log-store.ts";
import { recordBytes } from "../log-store.ts";
import { unavailable } from "./failures.ts";
import { MAX_BATCH_BYTES, MIN_ATTEMPT_MS } from "./limits.ts";
import { toMessage } from "./records.ts";

/** A producer that the brokers know by its id: they drop what it sends a second time under one number. */
export class Identity {
  readonly id: bigint;
  readonly epoch: number;
  readonly #next = new Map<PartitionQueue, number>();

  constructor(id: bigint, epoch: number) {
    this.id = id;
    this.epoch = epoch;
  }

  next(queue: PartitionQueue): number {
    return this.#next.get(queue) ?? 0;
  }

  advance(queue: PartitionQueue, count: number): void {
    // Kafka's sequence numbers are 31 bits and start again from 0.
    this.#next.set(queue, (this.next(queue) + count) % 2 ** 31);
  }
}

/** What one request appends to one partition, or a part of it where that is much. */
export type Chunk = {
  records: readonly NewRecord[];
  bytes: number;
  /** On the clock of `performance.now()`. */
  untilMs: number;
  resolve: (stored: RecordMetadata[]) => void;
  reject: (error: unknown) => void;
};

/** What goes to a partition at once, and again as the very same until the brokers have answered for it. */
export type Batch = {
  chunks: Chunk[];
  messages: MessageRecord[];
  bytes: number;
  identity: Identity;
  firstSequence: number;
};

/** What waits to be appended to one partition. One batch is under way at a time, so order holds through retries. */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  batch: Batch | undefined;
  inFlight = false;
  /** Not to be sent before, after an attempt that failed. */
  restsUntilMs = 0;
  readonly #waiting: Chunk[] = [];
  /** After a refusal that one of several records may be to blame for: how many go at once. */
  #single = false;

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic;
    this.partition = partition;
  }

  get key(): string {
    return `${this.topic}:${this.partition}`;
  }

  get isEmpty(): boolean {
    return this.batch === undefined && this.#waiting.length === 0;
  }

  push(chunk: Chunk): void {
    this.#waiting.push(chunk);
  }

  /** The batch to send: the one that is not settled yet, or the next. */
  take(identity: Identity): Batch {
    this.batch ??= this.#form(identity);
    return this.batch;
  }

  stored(baseOffset: number, appendTimeMs: number | undefined): void {
    const batch = this.#end();
    batch.identity.advance(this, batch.messages.length);
    this.#single = false;
    let offset = baseOffset;
    for (const chunk of batch.chunks) {
      const { topic, partition } = this;
      chunk.resolve(
        chunk.records.map(({ timestamp }) => {
          const stored = { topic, partition, offset, timestamp: appendTimeMs ?? timestamp };
          offset += 1;
          return stored;
        }),
      );
    }
  }

  /** The brokers have refused the batch for good. Where several requests share it, each is tried by itself. */
  refused(error: unknown): void {
    const batch = this.#end();
    if (batch.chunks.length > 1) {
      this.#single = true;
      this.#waiting.unshift(...batch.chunks);
    } else for (const chunk of batch.chunks) chunk.reject(error);
  }

  /** Not stored, and to be sent under another identity. */
  renew(): void {
    this.#waiting.unshift(...this.#end().chunks);
  }

  /** Gives up on what has no time left. True where that leaves open whether a batch was stored. */
  expire(nowMs: number): boolean {
    const why = unavailable("the record was not acknowledged in time");
    const isLate = ({ untilMs }: Chunk) => untilMs - nowMs < MIN_ATTEMPT_MS;
    while (this.#waiting[0] && isLate(this.#waiting[0])) this.#waiting.shift()?.reject(why);
    // A batch can only go as a whole, so it goes on for those who still wait for it.
    if (!this.batch?.chunks.every(isLate)) return false;
    for (const chunk of this.#end().chunks) chunk.reject(why);
    return true;
  }

  /** Nothing of it can be sent, for a reason that time does not mend. */
  abandon(error: unknown): void {
    const chunks = [...(this.batch?.chunks ?? []), ...this.#waiting.splice(0)];
    this.batch = undefined;
    for (const chunk of chunks) chunk.reject(error);
  }

  #end(): Batch {
    const { batch } = this;
    if (!batch) throw new Error(`no batch is under way for ${this.key}`);
    this.batch = undefined;
    return batch;
  }

  #form(identity: Identity): Batch {
    const chunks: Chunk[] = [];
    let bytes = 0;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (chunks.length > 0 && (this.#single || bytes + next.bytes > MAX_BATCH_BYTES)) break;
      chunks.push(next);
      bytes += next.bytes;
      this.#waiting.shift();
    }
    const messages = chunks.flatMap(({ records }) => records.map(toMessage));
    return { chunks, messages, bytes, identity, firstSequence: identity.next(this) };
  }
}

/** A request's records for one partition, in parts that each fit into a batch. */
export function inParts(records: readonly NewRecord[]): { records: NewRecord[]; bytes: number }[] {
  const parts: { records: NewRecord[]; bytes: number }[] = [];
  for (const record of records) {
    const bytes = recordBytes(record);
    const last = parts.at(-1);
    if (last && last.bytes + bytes <= MAX_BATCH_BYTES) {
      last.records.push(record);
      last.bytes += bytes;
    } else parts.push({ records: [record], bytes });
  }
  return parts;
}
