import { z } from "zod";
import { Unavailable } from "#shared/errors/problem.ts";

const LIMIT_MS = 5_000;

const topics = z.record(z.string(), z.int());
const lags = z.array(
  z.object({ topic: z.string(), partition: z.int(), end: z.int(), committed: z.int(), lag: z.int() }),
);

export type Lag = z.infer<typeof lags>[number];

/** What a console asks of Kafka beside the log itself. Both throw {@link Unavailable}. */
export interface KafkaAdmin {
  /** The number of partitions by the wire name of the topic. */
  topics(): Promise<Record<string, number>>;
  /** How far a consumer group is behind, for each partition that it has committed. */
  lag(group: string): Promise<Lag[]>;
}

/** Over the Kafka REST front: `/topics` is Upstash's, `/admin/lag` is ours. */
export function kafkaAdmin(options: { url: string; username: string; password: string }): KafkaAdmin {
  const authorization = `Basic ${btoa(`${options.username}:${options.password}`)}`;
  async function ask(path: string): Promise<unknown> {
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const response = await fetch(options.url + path, { headers: { authorization }, signal });
      if (response.ok) return await response.json();
      throw new Error(`${path} answered ${response.status}`);
    } catch (error) {
      throw new Unavailable("kafka", error);
    }
  }
  return {
    topics: async () => topics.parse(await ask("/topics")),
    lag: async (group) => lags.parse(await ask(`/admin/lag/${encodeURIComponent(group)}`)),
  };
}
