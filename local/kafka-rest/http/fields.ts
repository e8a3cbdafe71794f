import { MAX_GROUP_NAME_LENGTH, MAX_POSITIONS_PER_REQUEST } from "../limits.ts";
import type { LogStore, TopicConfig, TopicPartition, TopicPartitionOffset } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";

/** Checks of single fields, each with the message that the client reads. */

export type JsonObject = Record<string, unknown>;

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RestError(400, `${what} must be an object`);
  }
  return value as JsonObject;
}

export function asString(value: unknown, what: string): string {
  if (typeof value !== "string") throw new RestError(400, `${what} must be a string`);
  return value;
}

/** An integer from `min` to `max`, both included. */
export function asInteger(value: unknown, what: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new RestError(400, `${what} must be an integer from ${min} to ${max}`);
  }
  return value;
}

/** One thing or an array of them, as the REST API allows in most bodies. */
export function asList(body: unknown, max: number, what: string): unknown[] {
  if (body === undefined) throw new RestError(400, "the request needs a JSON body");
  const list = Array.isArray(body) ? body : [body];
  if (list.length > max) throw new RestError(400, `at most ${max} ${what} in one request`);
  return list;
}

/** A consumer group or instance from the path. */
export function asGroupName(value: string | undefined, what: string): string {
  if (!value || value.length > MAX_GROUP_NAME_LENGTH) {
    throw new RestError(400, `${what} must have 1 to ${MAX_GROUP_NAME_LENGTH} characters`);
  }
  return value;
}

export type Topics = Awaited<ReturnType<LogStore["topics"]>>;

/** A topic that is not among those known. */
class UnknownTopic extends RestError {
  constructor(name: string) {
    super(404, `unknown topic: ${name}`);
  }
}

/**
 * What `parse` reads with the topics that there are. A topic that is not known may have been created a moment ago by
 * another front over the same brokers, so it is looked for there before the request is refused.
 */
export async function withTopics<T>(store: LogStore, parse: (topics: Topics) => T): Promise<T> {
  try {
    return parse(await store.topics());
  } catch (error) {
    if (!(error instanceof UnknownTopic)) throw error;
    return parse(await store.topics({ fresh: true }));
  }
}

/** Throws 404: topics are not created by use. */
export function requireTopic(topics: Topics, value: unknown): TopicConfig {
  const name = asString(value, "topic");
  const topic = topics.get(name);
  if (!topic) throw new UnknownTopic(name);
  return topic;
}

/** Throws 400 for a partition that the topic does not have. */
export function requirePartition(topic: TopicConfig, value: unknown): number {
  return asInteger(value, `partition of topic ${topic.name}`, 0, topic.partitions - 1);
}

function asTopicPartition(topics: Topics, value: unknown): TopicPartition {
  const fields = asObject(value, "a topic partition");
  const topic = requireTopic(topics, fields.topic);
  return { topic: topic.name, partition: requirePartition(topic, fields.partition) };
}

export function asTopicPartitionOffset(topics: Topics, value: unknown): TopicPartitionOffset {
  const position = asTopicPartition(topics, value);
  const { offset } = value as JsonObject;
  return { ...position, offset: asInteger(offset, "offset", 0, Number.MAX_SAFE_INTEGER) };
}

/** A body of topic partitions. */
export function asTopicPartitions(topics: Topics, body: unknown): TopicPartition[] {
  return asList(body, MAX_POSITIONS_PER_REQUEST, "topic partitions").map((item) =>
    asTopicPartition(topics, item),
  );
}

/** Throws 400 where one partition is named twice: which of its offsets counts would be a guess. */
export function assertDistinct(partitions: readonly TopicPartition[]): void {
  const distinct = new Set(partitions.map(({ topic, partition }) => `${topic}/${partition}`));
  if (distinct.size < partitions.length)
    throw new RestError(400, "a topic partition is named more than once");
}
