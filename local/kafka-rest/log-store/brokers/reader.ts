import type { ConnectionPool } from "@platformatic/kafka";
import type { LogRecord, ReadLimits, TopicPartitionOffset } from "../log-store.ts";
import type { Cluster } from "./cluster.ts";
import { unavailable } from "./failures.ts";
import { fetchFrom, NO_ERROR, OFFSET_OUT_OF_RANGE } from "./fetch.ts";
import { CALL_LIMIT_MS } from "./limits.ts";
import type { Offsets } from "./offsets.ts";
import { type FetchedPartition, fromAnswer } from "./records.ts";
import { keyOf } from "./tail.ts";
import type { Tails } from "./tails.ts";
import type { Wire } from "./wire.ts";

/** Reads at explicit offsets: from memory what a tail has, from the brokers the rest. */
export class Reader {
  readonly #wire: Wire;
  readonly #cluster: Cluster;
  readonly #offsets: Offsets;
  readonly #tails: Tails;
  readonly #pool: ConnectionPool;

  constructor(wire: Wire, cluster: Cluster, offsets: Offsets, tails: Tails) {
    this.#wire = wire;
    this.#cluster = cluster;
    this.#offsets = offsets;
    this.#tails = tails;
    this.#pool = wire.pool();
  }

  async read(
    positions: readonly TopicPartitionOffset[],
    limits: ReadLimits,
    watchesNext: boolean,
  ): Promise<LogRecord[]> {
    if (positions.length === 0 || limits.maxRecords < 1) return [];
    await this.#cluster.assertKnown(positions);
    const found = this.#fromTails(positions, limits);
    // That the tails have nothing yet does not say that the brokers have nothing; a watch would hear of it in a moment.
    if (found && (found.length > 0 || watchesNext)) return found;
    return await this.#fromBrokers(positions, limits);
  }

  /** The records that tails have. Undefined where a position lies before what its tail has, or has none. */
  #fromTails(positions: readonly TopicPartitionOffset[], limits: ReadLimits): LogRecord[] | undefined {
    const found: LogRecord[] = [];
    let bytes = 0;
    for (const position of positions) {
      const tail = this.#tails.get(position);
      if (!tail) return undefined;
      if (position.offset >= tail.next) continue;
      const left = { maxRecords: limits.maxRecords - found.length, maxBytes: limits.maxBytes - bytes };
      if (left.maxRecords < 1 || left.maxBytes < 1) break;
      const part = tail.from(position.offset, left);
      if (!part) return undefined;
      // The first record of a part comes whatever its size: it may be too much beside others.
      if (found.length > 0 && part.bytes > left.maxBytes) break;
      found.push(...part.records);
      bytes += part.bytes;
    }
    return found;
  }

  async #fromBrokers(positions: readonly TopicPartitionOffset[], limits: ReadLimits): Promise<LogRecord[]> {
    const found = await this.#wire.persist(
      CALL_LIMIT_MS,
      () => this.#fetch(positions, limits),
      () => this.#cluster.refresh(),
    );
    const records: LogRecord[] = [];
    let total = 0;
    for (const position of positions) {
      for (const { record, bytes } of found.get(keyOf(position))?.records ?? []) {
        total += bytes;
        if (records.length >= limits.maxRecords || (records.length > 0 && total > limits.maxBytes))
          return records;
        records.push(record);
      }
    }
    return records;
  }

  async #fetch(
    positions: readonly TopicPartitionOffset[],
    limits: ReadLimits,
  ): Promise<Map<string, FetchedPartition>> {
    const found = new Map<string, FetchedPartition>();
    const outside = await this.#fetchInto(found, positions, limits);
    if (outside.length === 0) return found;
    const starts = await this.#offsets.find(outside, "earliest");
    // The others lie beyond the end, where there is nothing to read.
    const before = starts.filter(({ offset }, i) => outside[i]!.offset < offset);
    if (before.length > 0) await this.#fetchInto(found, before, limits);
    return found;
  }

  /** Returns the positions that no broker has a record for because they lie before the log start or beyond the end. */
  async #fetchInto(
    found: Map<string, FetchedPartition>,
    positions: readonly TopicPartitionOffset[],
    { maxBytes }: ReadLimits,
  ): Promise<TopicPartitionOffset[]> {
    const parts = { wire: this.#wire, cluster: this.#cluster, pool: this.#pool };
    const bounds = { waitMs: 0, maxBytes, partitionBytes: maxBytes };
    const outside: TopicPartitionOffset[] = [];
    await Promise.all(
      [...this.#cluster.byLeader(positions)].map(async ([node, led]) => {
        for (const { position, answer } of await fetchFrom(parts, node, led, bounds)) {
          if (answer.errorCode === NO_ERROR)
            found.set(keyOf(position), fromAnswer(position, position.offset, answer));
          else if (answer.errorCode === OFFSET_OUT_OF_RANGE) outside.push(position);
          else throw unavailable(`${keyOf(position)} has moved`);
        }
      }),
    );
    return outside;
  }
}
