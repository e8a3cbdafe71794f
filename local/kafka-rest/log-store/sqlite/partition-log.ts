import type { TopicPartition } from "../log-store.ts";
import { PartitionTail } from "../tail-cache.ts";

/** Someone waiting for a record, in one partition or several. */
export type Waiter = { wake: () => void };

/** What the serving thread knows of one partition. */
export class PartitionLog {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly tail = new PartitionTail();
  /** The first offset still kept. */
  logStart: number;
  /** The offset after the last durable record: what readers may see. */
  end: number;
  /** The offset the next append gets; ahead of `end` while a commit is under way. */
  next: number;
  /** Who waits here, and from which offset on. Looked at only by appends to this very partition. */
  readonly waiters = new Map<Waiter, number>();

  constructor(id: number, { topic, partition }: TopicPartition, logStart: number, end: number) {
    this.id = id;
    this.topic = topic;
    this.partition = partition;
    this.logStart = logStart;
    this.end = end;
    this.next = end;
  }

  /** Makes everything before `end` visible, and wakes who waited for it. */
  advanceTo(end: number): void {
    this.end = end;
    for (const [waiter, offset] of this.waiters) if (offset < end) waiter.wake();
  }
}

/** Registers one waiter with all its partitions; the returned function takes it out of all of them. */
export function awaitRecords(
  wanted: readonly { log: PartitionLog; offset: number }[],
  wake: () => void,
): () => void {
  const waiter: Waiter = {
    wake: () => {
      cancel();
      wake();
    },
  };
  const cancel = () => {
    for (const { log } of wanted) log.waiters.delete(waiter);
  };
  for (const { log, offset } of wanted) {
    const known = log.waiters.get(waiter);
    log.waiters.set(waiter, known === undefined ? offset : Math.min(known, offset));
  }
  return cancel;
}
