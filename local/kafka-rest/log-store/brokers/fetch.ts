import { type ConnectionPool, type fetchV17, ResponseError } from "@platformatic/kafka";
import type { TopicPartitionOffset } from "../log-store.ts";
import type { Cluster } from "./cluster.ts";
import { REQUEST_LIMIT_MS } from "./limits.ts";
import type { Wire } from "./wire.ts";

export type FetchBounds = { waitMs: number; maxBytes: number; partitionBytes: number };
export type PartitionAnswer = { position: TopicPartitionOffset; answer: fetchV17.FetchResponsePartition };

/** The protocol's numbers: https://kafka.apache.org/protocol#protocol_error_codes */
export const NO_ERROR = 0;
export const OFFSET_OUT_OF_RANGE = 1;

/** From here on a request names topics by id. */
const FIRST_VERSION_WITH_IDS = 13;
/** A request that stands alone, without a session at the broker. */
const NO_SESSION = [0, -1] as const;
/** Up to the high watermark: what every replica in sync has. */
const READ_UNCOMMITTED = 0;

/** One fetch from one broker that leads all the positions; each partition's error is in its answer. */
export async function fetchFrom(
  { wire, cluster, pool }: { wire: Wire; cluster: Cluster; pool: ConnectionPool },
  node: number,
  positions: readonly TopicPartitionOffset[],
  { waitMs, maxBytes, partitionBytes }: FetchBounds,
): Promise<PartitionAnswer[]> {
  const api = await wire.api<fetchV17.FetchRequest, fetchV17.FetchResponse>("Fetch");
  const byName = api.version < FIRST_VERSION_WITH_IDS;
  const topics = new Map<string, fetchV17.FetchRequestTopic>();
  const asked = new Map<string, TopicPartitionOffset>();
  for (const position of positions) {
    const topicId = byName ? position.topic : cluster.require(position).id;
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topics.set(topicId, topic);
    asked.set(`${topicId}/${position.partition}`, position);
    topic.partitions.push({
      partition: position.partition,
      currentLeaderEpoch: -1,
      fetchOffset: BigInt(position.offset),
      lastFetchedEpoch: -1,
      partitionMaxBytes: partitionBytes,
    });
  }
  const connection = await wire.to(pool, cluster.broker(node));
  const response = await wire
    .send(
      connection,
      api,
      [waitMs, 1, maxBytes, READ_UNCOMMITTED, ...NO_SESSION, [...topics.values()], [], ""],
      waitMs + REQUEST_LIMIT_MS,
    )
    .catch((error) => {
      // One partition's error fails the whole answer in the library; each is looked at by itself here.
      const inside = error instanceof ResponseError ? (error.response as fetchV17.FetchResponse) : undefined;
      if (inside && inside.errorCode === NO_ERROR) return inside;
      throw error;
    });
  return response.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap((answer) => {
      const position = asked.get(`${topicId}/${answer.partitionIndex}`);
      return position ? [{ position, answer }] : [];
    }),
  );
}
