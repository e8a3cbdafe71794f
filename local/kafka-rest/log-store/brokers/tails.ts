import { setTimeout as delay } from "node:timers/promises";
import type { ConnectionPool } from "@platformatic/kafka";
import type { TopicPartition, TopicPartitionOffset } from "../log-store.ts";
import { TailCache } from "../tail-cache.ts";
import type { Cluster } from "./cluster.ts";
import { fetchFrom, NO_ERROR, OFFSET_OUT_OF_RANGE, type PartitionAnswer } from "./fetch.ts";
import {
  MAX_TAIL_POLLS,
  RETRY_DELAY_MS,
  TAIL_CACHE_BYTES,
  TAIL_CHECK_MS,
  TAIL_PARTITION_BYTES,
  TAIL_PATIENCE_MS,
  TAIL_POLL_BYTES,
  TAIL_WAIT_MS,
} from "./limits.ts";
import type { Offsets } from "./offsets.ts";
import { fromAnswer } from "./records.ts";
import { keyOf, Tail, type Watcher } from "./tail.ts";
import type { Wire } from "./wire.ts";

const BOUNDS = { waitMs: TAIL_WAIT_MS, maxBytes: TAIL_POLL_BYTES, partitionBytes: TAIL_PARTITION_BYTES };

/** The polls that one broker holds. */
type BrokerPolls = {
  underWay: number;
  free: ConnectionPool[];
  /** The newest poll, which knows all partitions; the older ones end without a successor. */
  latest: number;
  failingSinceMs: number | undefined;
};

/**
 * One poll per broker for everybody who waits: it asks for all partitions that somebody watches, or has watched a
 * moment ago, and wakes who waits for what it brings. A broker answers the requests of one connection in turn, so a
 * poll for each waiting request would make each wait for all others.
 */
export class Tails {
  readonly #wire: Wire;
  readonly #cluster: Cluster;
  readonly #offsets: Offsets;
  readonly #cache = new TailCache(TAIL_CACHE_BYTES);
  readonly #tails = new Map<string, Tail>();
  readonly #brokers = new Map<number, BrokerPolls>();
  readonly #timer: NodeJS.Timeout;
  #leaderlessSinceMs: number | undefined;
  #joining = false;
  #closed = false;

  constructor(wire: Wire, cluster: Cluster, offsets: Offsets) {
    this.#wire = wire;
    this.#cluster = cluster;
    this.#offsets = offsets;
    this.#timer = setInterval(() => this.#check(), TAIL_CHECK_MS);
    this.#timer.unref();
  }

  get(partition: TopicPartition): Tail | undefined {
    return this.#tails.get(keyOf(partition));
  }

  /** Calls `onAvailable` once, when a position may have a record, or when its broker has been away for too long. */
  watch(positions: readonly TopicPartitionOffset[], onAvailable: () => void): () => void {
    const watched: Tail[] = [];
    const watcher: Watcher = {
      wake: () => {
        cancel();
        onAvailable();
      },
    };
    const cancel = () => {
      for (const tail of watched) tail.leave(watcher, performance.now());
      watched.length = 0;
    };
    for (const position of positions) {
      const tail = this.get(position) ?? this.#begin(position);
      watched.push(tail);
      tail.watch(watcher, position.offset);
    }
    if (positions.some((position) => position.offset < (this.get(position)?.next ?? 0))) watcher.wake();
    return cancel;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const tail of this.#tails.values()) tail.wakeAll();
    this.#tails.clear();
  }

  #begin(position: TopicPartitionOffset): Tail {
    const tail = new Tail(position, this.#cache, performance.now());
    this.#tails.set(keyOf(position), tail);
    if (!this.#joining) {
      this.#joining = true;
      // Consumers come in numbers: one poll for all that come in this turn.
      setImmediate(() => {
        this.#joining = false;
        for (const node of this.#leaders()) this.#poll(node);
      });
    }
    return tail;
  }

  /** Sees to it that every partition of interest is polled for, whatever has happened to its broker. */
  #check(): void {
    this.#dropIdle();
    let leaderless = false;
    for (const [key, tail] of this.#tails) {
      if (this.#cluster.leader(tail) !== undefined) continue;
      if (this.#cluster.has(tail)) leaderless = true;
      else {
        this.#tails.delete(key);
        tail.wakeAll();
      }
    }
    const nowMs = performance.now();
    this.#leaderlessSinceMs = leaderless ? (this.#leaderlessSinceMs ?? nowMs) : undefined;
    if (leaderless) this.#cluster.refresh().catch(() => undefined);
    if (leaderless && nowMs - this.#leaderlessSinceMs! > TAIL_PATIENCE_MS) {
      for (const tail of this.#tails.values()) if (this.#cluster.leader(tail) === undefined) tail.wakeAll();
    }
    for (const node of this.#leaders()) {
      if ((this.#brokers.get(node)?.underWay ?? 0) === 0) this.#poll(node);
    }
  }

  #dropIdle(): void {
    const nowMs = performance.now();
    for (const [key, tail] of this.#tails) if (!tail.isOfInterest(nowMs)) this.#tails.delete(key);
  }

  #leaders(): Set<number> {
    const nodes = new Set<number>();
    for (const tail of this.#tails.values()) {
      const node = this.#cluster.leader(tail);
      if (node !== undefined) nodes.add(node);
    }
    return nodes;
  }

  #led(node: number): Tail[] {
    return [...this.#tails.values()].filter((tail) => this.#cluster.leader(tail) === node);
  }

  #poll(node: number): void {
    const polls = this.#brokers.get(node) ?? {
      underWay: 0,
      free: Array.from({ length: MAX_TAIL_POLLS }, () => this.#wire.pool()),
      latest: 0,
      failingSinceMs: undefined,
    };
    this.#brokers.set(node, polls);
    const pool = polls.free.pop();
    // All are under way: the first that ends is followed by one that knows everything.
    if (!pool || this.#closed) return;
    polls.latest += 1;
    polls.underWay += 1;
    const turn = polls.latest;
    void this.#ask(node, pool, polls).finally(() => {
      polls.underWay -= 1;
      const wasFull = polls.free.length === 0;
      polls.free.push(pool);
      if (this.#closed || (turn !== polls.latest && !wasFull)) return;
      this.#dropIdle();
      if (this.#led(node).length > 0) this.#poll(node);
    });
  }

  async #ask(node: number, pool: ConnectionPool, polls: BrokerPolls): Promise<void> {
    const parts = { wire: this.#wire, cluster: this.#cluster, pool };
    const asked = this.#led(node).map(({ topic, partition, next }) => ({ topic, partition, offset: next }));
    const begunMs = performance.now();
    try {
      const answers = await fetchFrom(parts, node, asked, BOUNDS);
      polls.failingSinceMs = undefined;
      await this.#take(answers);
    } catch {
      polls.failingSinceMs ??= begunMs;
      if (performance.now() - polls.failingSinceMs > TAIL_PATIENCE_MS) {
        for (const tail of this.#led(node)) tail.wakeAll();
      }
      await this.#mend();
    }
  }

  async #take(answers: readonly PartitionAnswer[]): Promise<void> {
    const lost: TopicPartitionOffset[] = [];
    let moved = false;
    for (const { position, answer } of answers) {
      const tail = this.get(position);
      if (!tail) continue;
      if (answer.errorCode === NO_ERROR) {
        tail.take(position.offset, fromAnswer(position, position.offset, answer));
      } else if (answer.errorCode === OFFSET_OUT_OF_RANGE) lost.push(position);
      else moved = true;
    }
    if (lost.length > 0) await this.#restart(lost);
    if (moved) await this.#mend();
  }

  /** Beyond the end: from the end on. Before the log start: from there, which whoever waits is told. */
  async #restart(lost: readonly TopicPartitionOffset[]): Promise<void> {
    const starts = await this.#offsets.find(lost, "earliest");
    const ends = await this.#offsets.find(lost, "latest");
    for (const [i, { topic, partition, offset }] of lost.entries()) {
      const tail = this.get({ topic, partition });
      const start = starts[i]!.offset;
      // A poll that overlaps this one may have put it right already.
      if (tail?.next !== offset) continue;
      tail.restart(offset < start ? start : ends[i]!.offset);
    }
  }

  /** After a failure: a pause, and what the brokers say of their leaders. */
  async #mend(): Promise<void> {
    await delay(RETRY_DELAY_MS);
    await this.#cluster.refresh().catch(() => undefined);
    if (!this.#closed) this.#check();
  }
}
