import type { LogStore, OffsetSpec } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import { asGroupName, asTopicPartitions, withTopics } from "./fields.ts";
import { parseTimeout } from "./request.ts";
import type { Route } from "./router.ts";

/** Kafka's own sign (OffsetFetch) for a partition for which the group has committed nothing. */
const NOT_COMMITTED = -1;
/** Upstash's documented default. Answers come at once here, so the value is checked and not needed. */
const DEFAULT_OFFSETS_TIMEOUT_MS = 10_000;

/** The Metadata API: https://upstash.com/docs/kafka/rest/restmetadata */
export function metadataRoutes(store: LogStore): Route[] {
  return [
    {
      methods: ["GET"],
      path: "/topics",
      handle: async () =>
        Object.fromEntries(
          [...(await store.topics({ fresh: true }))].map(([name, { partitions }]) => [name, partitions]),
        ),
    },
    {
      methods: ["GET", "POST"],
      path: "/committed/:group/:instance",
      handle: async ({ params, query, body }) => {
        const group = asGroupName(params[0], "the consumer group");
        asGroupName(params[1], "the instance");
        parseTimeout(query.get("timeout"), DEFAULT_OFFSETS_TIMEOUT_MS);
        const asked = await withTopics(store, (topics) => asTopicPartitions(topics, body));
        const committed = new Map(
          (await store.committed(group)).map(({ topic, partition, offset }) => [
            `${topic}/${partition}`,
            offset,
          ]),
        );
        return asked.map(({ topic, partition }) => {
          return { topic, partition, offset: committed.get(`${topic}/${partition}`) ?? NOT_COMMITTED };
        });
      },
    },
    {
      methods: ["GET", "POST"],
      path: "/offsets/:timestamp",
      handle: async ({ params: [spec], query, body }) => {
        parseTimeout(query.get("timeout"), DEFAULT_OFFSETS_TIMEOUT_MS);
        const offsetSpec = asOffsetSpec(spec ?? "");
        const asked = await withTopics(store, (topics) => asTopicPartitions(topics, body));
        return await store.offsets(asked, offsetSpec);
      },
    },
  ];
}

function asOffsetSpec(text: string): OffsetSpec {
  if (text === "earliest" || text === "latest") return text;
  const timestamp = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(timestamp)) {
    throw new RestError(400, "the timestamp must be earliest, latest or epoch milliseconds");
  }
  return timestamp;
}
