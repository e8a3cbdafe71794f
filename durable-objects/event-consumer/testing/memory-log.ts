import { Unavailable } from "#shared/errors/problem.ts";
import type { LogRecord, NewRecord, Partition, Position, TopicLog } from "#shared/log/topic-log.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, toMessage } from "#shared/saga/envelope.ts";
import { deadLetterTopic } from "#shared/saga/wire.ts";

/** A log in memory, which can be down, and which never waits: it says how long it would have. */
export class MemoryLog implements TopicLog {
  isDown = false;
  requests = 0;
  /** What one fetch asks of the log. */
  requestsAFetch = 1;
  readonly records = new Map<string, LogRecord[]>();
  /** What was committed, each time. */
  readonly shown: Position[][] = [];
  /** Called after each fetch that found nothing, with the time it was to wait. */
  waits: (waitMs: number) => void = () => {};

  async produce(added: NewRecord[]): Promise<void> {
    this.#answer();
    for (const record of added) {
      const stored = this.records.get(record.topic) ?? [];
      this.records.set(record.topic, stored);
      const offset = stored.filter(({ partition }) => partition === record.partition).length;
      stored.push({ ...record, offset, timestamp: 0 });
    }
  }

  async fetch(positions: Position[], waitMs: number): Promise<LogRecord[]> {
    this.#answer();
    this.requests += this.requestsAFetch;
    const found = positions.flatMap(({ topic, partition, offset }) =>
      (this.records.get(topic) ?? []).filter((one) => one.partition === partition && one.offset >= offset),
    );
    if (found.length === 0) this.waits(waitMs);
    return found;
  }

  async commit(_group: string, positions: Position[]): Promise<void> {
    this.#answer();
    this.shown.push(positions);
  }

  async offsets(at: "earliest" | "latest", partitions: Partition[]): Promise<Position[]> {
    this.#answer();
    return partitions.map(({ topic, partition }) => {
      const stored = (this.records.get(topic) ?? []).filter((one) => one.partition === partition);
      return { topic, partition, offset: at === "earliest" ? 0 : stored.length };
    });
  }

  async ping(): Promise<void> {
    this.#answer();
  }

  /** Appends messages to one partition of their topics. */
  async put(partition: number, ...messages: Envelope[]): Promise<void> {
    await this.produce(messages.map((one) => ({ ...toMessage(one), partition })));
  }

  /** The dead letters of a topic. */
  deadLetters(topic: TopicName): unknown[] {
    return (this.records.get(deadLetterTopic(topic)) ?? []).map(({ value }) => JSON.parse(value) as unknown);
  }

  #answer(): void {
    if (this.isDown) throw new Unavailable("kafka");
  }
}
