import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { expectError, useKafka } from "./support/world.ts";

const t = useKafka();
needs("consume");

const CONSUME = "https://upstash.com/docs/kafka/rest/restconsumer#consume-api";
const HEADERS = "https://upstash.com/docs/kafka/rest/restconsumer#request-headers";
const COMMIT = "https://upstash.com/docs/kafka/rest/restconsumer#commit-consumer-api";
const REMOVE = "https://upstash.com/docs/kafka/rest/restconsumer#remove-consumer-instance";

const MANUAL = { autoCommit: false, autoOffsetReset: "earliest" } as const;

/**
 * Consumes until so many records have come. The page says that an instance may answer none while its group is still
 * coming together.
 */
async function consume(group: string, instance: string, topics: string[], count: number): Promise<string[]> {
  const values: string[] = [];
  while (values.length < count) {
    const messages = await t.kafka.consumer().consume({
      consumerGroupId: group,
      instanceId: instance,
      topics,
      timeout: 500,
      ...MANUAL,
    });
    values.push(...messages.map(({ value }) => value));
  }
  return values;
}

const committedOf = async (group: string, topic: string) => {
  const request = { consumerGroupId: group, instanceId: "any", topicPartitions: [{ topic, partition: 0 }] };
  return (await t.kafka.consumer().committed(request))[0]?.offset;
};

conforms(CONSUME, "each record is handed out once, in order", async () => {
  const topic = await t.topic();
  const group = t.name();
  const producer = t.kafka.producer();
  await producer.produceMany(["a", "b"].map((value) => ({ topic, value })));
  expect(await consume(group, "i", [topic], 2)).toEqual(["a", "b"]);
  await producer.produce(topic, "c");
  expect(await consume(group, "i", [topic], 1)).toEqual(["c"]);
});

conforms(CONSUME, "several topics are one request", async () => {
  const topics = [await t.topic(), await t.topic()];
  await t.kafka.producer().produceMany(topics.map((topic, i) => ({ topic, value: `${i}` })));
  expect((await consume(t.name(), "i", topics, 2)).sort()).toEqual(["0", "1"]);
});

conforms(CONSUME, "the topic and the time-out may be in the address", async () => {
  const topic = await t.topic();
  const group = t.name();
  await t.kafka.producer().produce(topic, "a");
  const headers = { "Kafka-Auto-Offset-Reset": "earliest" };
  let body: unknown[] = [];
  while (body.length === 0) {
    const answer = await t.raw("GET", `/consume/${group}/i/${topic}?timeout=500`, undefined, headers);
    body = answer.body as unknown[];
  }
  expect(body).toMatchObject([{ topic, partition: 0, offset: 0, key: "", value: "a", headers: [] }]);
});

conforms(COMMIT, "an empty commit covers what was handed out", async () => {
  const topic = await t.topic();
  const group = t.name();
  await t.kafka.producer().produceMany(["a", "b"].map((value) => ({ topic, value })));
  await consume(group, "i", [topic], 2);
  const made = await t.raw("POST", `/commit/${group}/i`);
  expect(made).toEqual({ status: 200, body: { result: "Success", status: 200 } });
  expect(await committedOf(group, topic)).toBe(2);
});

conforms(COMMIT, "another instance begins at what was committed", async () => {
  const topic = await t.topic();
  const group = t.name();
  await t.kafka.producer().produceMany(["a", "b", "c"].map((value) => ({ topic, value })));
  await consume(group, "first", [topic], 3);
  await t.kafka.consumer().commit({
    consumerGroupId: group,
    instanceId: "first",
    offset: { topic, partition: 0, offset: 1 },
  });
  await t.raw("DELETE", `/delete-consumer/${group}/first`);
  expect(await consume(group, "second", [topic], 2)).toEqual(["b", "c"]);
});

conforms(REMOVE, "an instance is removed", async () => {
  const topic = await t.topic();
  const group = t.name();
  await t.kafka.producer().produce(topic, "a");
  await consume(group, "i", [topic], 1);
  const removed = await t.raw("DELETE", `/delete-consumer/${group}/i`);
  expect(removed).toEqual({ status: 200, body: { result: "Success", status: 200 } });
});

refuses(CONSUME, "a topic that there is not", async () => {
  expectError(await t.raw("POST", `/consume/${t.name()}/i`, { topic: t.name(), timeout: 500 }));
});

refuses(CONSUME, "no topic", async () => {
  expectError(await t.raw("POST", `/consume/${t.name()}/i`, {}), 400);
});

refuses(CONSUME, "more instances than there are partitions", async () => {
  const topic = await t.topic(1);
  const group = t.name();
  const join = (instance: string) => t.raw("POST", `/consume/${group}/${instance}`, { topic, timeout: 100 });
  // The page bounds them by the partitions of all topics, of which a server shared with others may have many.
  const partitions = Object.values(await t.kafka.admin().topics()).reduce((sum, count) => sum + count, 0);
  let refusal = await join("0");
  for (let i = 1; i <= partitions && refusal.status === 200; i += 1) refusal = await join(`${i}`);
  expectError(refusal);
});

refuses.each(
  HEADERS,
  [
    ["Kafka-Enable-Auto-Commit", "maybe"],
    ["Kafka-Auto-Commit-Interval", "often"],
    ["Kafka-Auto-Offset-Reset", "now"],
    ["Kafka-Session-Timeout-Ms", "long"],
  ] as const,
  ([name, value]) => `${name}: ${value}`,
  async ([name, value]) => {
    const topic = await t.topic();
    const body = { topic, timeout: 100 };
    expectError(await t.raw("POST", `/consume/${t.name()}/i`, body, { [name]: value }), 400);
  },
);

refuses(HEADERS, "to begin without an offset when told not to choose one", async () => {
  const topic = await t.topic();
  const headers = { "Kafka-Auto-Offset-Reset": "none" };
  expectError(await t.raw("POST", `/consume/${t.name()}/i`, { topic, timeout: 500 }, headers));
});

refuses(REMOVE, "to remove an instance that there is not", async () => {
  expectError(await t.raw("DELETE", `/delete-consumer/${t.name()}/i`));
});
