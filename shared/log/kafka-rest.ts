import { z } from "zod";
import { type LogServerOptions, logServer } from "./log-server.ts";
import {
  type LogRecord,
  MAX_PRODUCE,
  type NewRecord,
  type Partition,
  type Position,
  type TopicLog,
} from "./topic-log.ts";

/** The most partitions that one call asks about. */
const MAX_ASKED = 100;

const positions = z.array(z.object({ topic: z.string(), partition: z.int(), offset: z.int() }));

const fetched = z.array(
  z.object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    timestamp: z.number(),
    key: z.string().nullish(),
    value: z.string().nullish(),
  }),
);

/**
 * A log behind Upstash's Kafka REST routes. Plain requests, not `@upstash/kafka`: docs/adr/0028 has what was measured.
 * @see https://upstash.com/docs/kafka/rest/restproducer
 */
export function kafkaRest(options: LogServerOptions): TopicLog {
  const server = logServer(options);

  return {
    async produce(records: NewRecord[]) {
      if (records.length > MAX_PRODUCE) throw new RangeError(`at most ${MAX_PRODUCE} records a call`);
      if (records.length > 0) await server.ask("/produce", { body: records });
    },
    async fetch(from: Position[], waitMs: number): Promise<LogRecord[]> {
      if (from.length === 0) return [];
      const body = { topicPartitionOffsets: from, timeout: waitMs };
      return fetched.parse(await server.askAnyway("/fetch", { body, waitMs })).map((record) => ({
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key ?? "",
        value: record.value ?? "",
      }));
    },
    async commit(group: string, reached: Position[]) {
      await server.ask(`/commit/${group}/${group}`, { body: reached });
    },
    async offsets(at, partitions: Partition[]) {
      const found: Position[] = [];
      for (let from = 0; from < partitions.length; from += MAX_ASKED) {
        const body = partitions.slice(from, from + MAX_ASKED);
        found.push(...positions.parse(await server.ask(`/offsets/${at}`, { body })));
      }
      return found;
    },
    async ping() {
      await server.askAnyway("/topics");
    },
    get requests() {
      return server.asked;
    },
  };
}
