import {
  MAX_PARTITIONS_PER_TOPIC,
  MAX_RETENTION_MS,
  MAX_TOPIC_NAME_LENGTH,
  MAX_TOPICS,
  MIN_RETENTION_MS,
} from "../limits.ts";
import type { LogStore, TopicConfig } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import { asGroupName, asInteger, asList, asObject, asString } from "./fields.ts";
import type { Route } from "./router.ts";

/** An extension of ours, under /admin: what a hosted Kafka does in its console. */
export function adminRoutes(store: LogStore): Route[] {
  return [
    {
      methods: ["PUT"],
      path: "/admin/topics",
      handle: async ({ body }) => {
        const wanted = asList(body, MAX_TOPICS, "topics").map(parseTopic);
        const names = new Set([
          ...(await store.topics({ fresh: true })).keys(),
          ...wanted.map(({ name }) => name),
        ]);
        if (names.size > MAX_TOPICS) throw new RestError(400, `at most ${MAX_TOPICS} topics`);
        await store.createTopics(wanted);
        return wanted;
      },
    },
    {
      methods: ["GET"],
      path: "/admin/lag/:group",
      handle: ({ params }) => lagOf(store, asGroupName(params[0], "the consumer group")),
    },
  ];
}

/** Per partition that the group has committed for: how many records it has still to process. */
async function lagOf(store: LogStore, group: string) {
  const committed = await store.committed(group);
  const ends = await store.offsets(committed, "latest");
  return committed.map(({ topic, partition, offset }, i) => {
    const end = ends[i]?.offset ?? offset;
    return { topic, partition, end, committed: offset, lag: Math.max(0, end - offset) };
  });
}

function parseTopic(value: unknown): TopicConfig {
  const fields = asObject(value, "a topic");
  const name = asString(fields.name, "name");
  // Kafka's own rule of names.
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.length > MAX_TOPIC_NAME_LENGTH || /^\.\.?$/.test(name)) {
    throw new RestError(
      400,
      `not a topic name (letters, digits, . _ -, at most ${MAX_TOPIC_NAME_LENGTH}): ${name}`,
    );
  }
  return {
    name,
    partitions: asInteger(fields.partitions, "partitions", 1, MAX_PARTITIONS_PER_TOPIC),
    retentionMs: asInteger(fields.retentionMs, "retentionMs", MIN_RETENTION_MS, MAX_RETENTION_MS),
  };
}
