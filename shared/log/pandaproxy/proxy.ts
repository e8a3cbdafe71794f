import { z } from "zod";
import { Unavailable } from "../../errors/problem.ts";
import { type LogServer, Refused } from "../log-server.ts";
import type { LogRecord, NewRecord, Position } from "../topic-log.ts";

/** Keys and values in base64: of a text in JSON the proxy would take the quotes for a part. */
const BINARY = "application/vnd.kafka.binary.v2+json";
const PLAIN = "application/vnd.kafka.v2+json";

/** Kafka's codes for records that it will not take however often they come: corrupt, too large, invalid. */
const REFUSED_CODES = new Set([2, 10, 18, 87]);

const appended = z.object({
  offsets: z.array(z.object({ partition: z.int(), offset: z.int(), error_code: z.int().optional() })),
});

const read = z.array(z.object({ offset: z.int(), key: z.string().nullable(), value: z.string().nullable() }));

export interface ReadOptions {
  /** Ends earlier when there is a record; proxies before Redpanda 23.3 answer at once. */
  waitMs?: number;
  maxBytes: number;
  signal?: AbortSignal;
}

/**
 * The routes of Redpanda's HTTP proxy that need no consumer instance.
 * @see https://docs.redpanda.com/api/doc/http-proxy/
 */
export function proxyRoutes(server: LogServer) {
  return {
    /**
     * Appends to one topic; resolves when all are durable. A partition's records are all taken or none.
     * @throws Unavailable, Refused
     */
    async append(topic: string, records: readonly NewRecord[]): Promise<void> {
      const path = `/topics/${encodeURIComponent(topic)}`;
      const answer = await server.ask(path, {
        headers: { "content-type": BINARY, accept: PLAIN },
        body: {
          records: records.map(({ partition, key, value }) => ({ partition, ...encoded({ key, value }) })),
        },
      });
      // The answer is 200 whatever became of the records: each partition has its own.
      const { offsets } = appended.parse(answer);
      for (const partition of new Set(records.map((record) => record.partition))) {
        const found = offsets.find((one) => one.partition === partition);
        if (found && !found.error_code && found.offset >= 0) continue;
        const why = `partition ${partition}: ${found ? `Kafka's error ${found.error_code}` : "no answer"}`;
        if (found?.error_code && REFUSED_CODES.has(found.error_code)) throw new Refused(path, 200, why);
        throw new Unavailable("kafka", why);
      }
    },

    /** Records from a position on; null when it lies before the partition's beginning, or behind its end. */
    async read({ topic, partition, offset }: Position, options: ReadOptions): Promise<LogRecord[] | null> {
      const { waitMs = 0, maxBytes, signal } = options;
      const query = `offset=${offset}&timeout=${Math.ceil(waitMs)}&max_bytes=${maxBytes}`;
      const path = `/topics/${encodeURIComponent(topic)}/partitions/${partition}/records?${query}`;
      let answer: unknown;
      try {
        answer = await server.askAnyway(path, {
          headers: { accept: BINARY },
          waitMs,
          ...(signal && { signal }),
        });
      } catch (error) {
        if (error instanceof Refused && /offset_out_of_range/i.test(error.text)) return null;
        throw error;
      }
      // Batches come whole, also where the position is in the middle of one.
      return read
        .parse(answer)
        .filter((record) => record.offset >= offset)
        .map((record) => ({
          ...{ topic, partition, offset: record.offset },
          key: decoded(record.key),
          value: decoded(record.value),
          // The proxy does not tell it.
          timestamp: 0,
        }));
    },

    async ping(): Promise<void> {
      await server.askAnyway("/topics", { headers: { accept: PLAIN } });
    },
  };
}

export type ProxyRoutes = ReturnType<typeof proxyRoutes>;

const encoded = ({ key, value }: { key: string; value: string }) => ({
  key: Buffer.from(key).toString("base64"),
  value: Buffer.from(value).toString("base64"),
});

const decoded = (text: string | null): string => Buffer.from(text ?? "", "base64").toString();
