import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { expectError, useKafka } from "./support/world.ts";

const t = useKafka();

const FETCH = "https://upstash.com/docs/kafka/rest/restconsumer#fetch-api";
const TOPICS = "https://upstash.com/docs/kafka/rest/restmetadata";
const COMMIT = "https://upstash.com/docs/kafka/rest/restconsumer#commit-consumer-api";

/** As the platform's consumers ask: several positions in one request. */
const ALL_AT_ONCE = { parallel: false };

conforms(FETCH, "records come from the offset on, in order", async () => {
  const topic = await t.topic();
  await t.kafka.producer().produceMany(["a", "b", "c"].map((value) => ({ topic, value })));
  const messages = await t.kafka.consumer().fetch({ topic, partition: 0, offset: 1 });
  expect(messages).toMatchObject([
    { topic, partition: 0, offset: 1, key: "", value: "b", headers: [] },
    { offset: 2, value: "c" },
  ]);
});

conforms(FETCH, "several positions, and a single one beside them, are one request", async () => {
  const [words, cities] = [await t.topic(), await t.topic(3)];
  await t.kafka.producer().produceMany([
    { topic: cities, partition: 1, value: "c1" },
    { topic: cities, partition: 2, value: "c2" },
    { topic: words, value: "w" },
  ]);
  const found = new Set<string>();
  // One answer need not have them all: Kafka answers as soon as there is something.
  while (found.size < 3) {
    const messages = await t.kafka.consumer().fetch(
      {
        topic: words,
        partition: 0,
        offset: found.has("w") ? 1 : 0,
        topicPartitionOffsets: [1, 2].map((partition) => ({
          topic: cities,
          partition,
          offset: found.has(`c${partition}`) ? 1 : 0,
        })),
      },
      ALL_AT_ONCE,
    );
    for (const { value } of messages) found.add(value);
  }
  expect([...found].sort()).toEqual(["c1", "c2", "w"]);
});

conforms(FETCH, "it waits for a record no longer than asked, and answers none", async () => {
  const topic = await t.topic();
  expect(await t.kafka.consumer().fetch({ topic, partition: 0, offset: 0, timeout: 100 })).toEqual([]);
});

conforms(FETCH, "a record that is written meanwhile ends the wait", async () => {
  const topic = await t.topic();
  const waits = t.kafka.consumer().fetch({ topic, partition: 0, offset: 0, timeout: 25_000 });
  await t.kafka.producer().produce(topic, "late");
  expect(await waits).toMatchObject([{ offset: 0, value: "late" }]);
});

conforms(TOPICS, "topics are listed with their number of partitions", async () => {
  const [one, three] = [await t.topic(), await t.topic(3)];
  expect(await t.kafka.admin().topics()).toMatchObject({ [one]: 1, [three]: 3 });
});

conforms(TOPICS, "offsets are found by either end and by time", async () => {
  const [words, empty] = [await t.topic(), await t.topic(2)];
  const times = [1_000_000_001_000, 1_000_000_002_000, 1_000_000_003_000];
  await t.kafka.producer().produceMany(times.map((timestamp) => ({ topic: words, value: "v", timestamp })));
  const offsets = async (spec: string, ...partitions: object[]) =>
    (await t.raw("POST", `/offsets/${spec}`, partitions)).body;
  const word = { topic: words, partition: 0 };
  expect(await offsets("earliest", word)).toEqual([{ ...word, offset: 0 }]);
  expect(await offsets("latest", word)).toEqual([{ ...word, offset: 3 }]);
  expect(await offsets("1000000001001", word)).toEqual([{ ...word, offset: 1 }]);
  const other = { topic: empty, partition: 1 };
  const both = (await offsets("latest", word, other)) as { topic: string }[];
  expect(both.toSorted((a, b) => Number(a.topic === empty) - Number(b.topic === empty))).toEqual([
    { ...word, offset: 3 },
    { ...other, offset: 0 },
  ]);
});

conforms(COMMIT, "offsets are committed for a group, and listed", async () => {
  const topic = await t.topic(2);
  const group = t.name();
  const made = await t.raw("POST", `/commit/${group}/i`, { topic, partition: 0, offset: 19 });
  expect(made).toEqual({ status: 200, body: { result: "Success", status: 200 } });
  await t.raw("POST", `/commit/${group}/i`, [{ topic, partition: 1, offset: 7 }]);
  const committed = await t.kafka.consumer().committed({
    consumerGroupId: group,
    instanceId: "i",
    topicPartitions: [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ],
  });
  expect(committed.toSorted((a, b) => a.partition - b.partition)).toEqual([
    { topic, partition: 0, offset: 19 },
    { topic, partition: 1, offset: 7 },
  ]);
});

refuses.each(
  FETCH,
  [
    ["a topic that there is not", { topic: "conformance.nowhere", partition: 0, offset: 0 }],
    ["no position", {}],
    ["an empty list of positions", { topicPartitionOffsets: [] }],
    ["an offset that is no number", { topic: "conformance.nowhere", partition: 0, offset: "first" }],
    ["a time-out that is no number", { topic: "conformance.nowhere", partition: 0, offset: 0, timeout: "x" }],
  ] as const,
  ([what]) => what,
  async ([, body]) => expectError(await t.raw("POST", "/fetch", body)),
);

refuses(FETCH, "a partition that there is not", async () => {
  const topic = await t.topic(2);
  expectError(await t.raw("POST", "/fetch", { topic, partition: 2, offset: 0 }));
});

refuses(FETCH, "a body that is no JSON", async () => {
  expectError(await t.raw("POST", "/fetch", "{"), 400);
});

refuses(TOPICS, "an offset at no time", async () => {
  const topic = await t.topic();
  expectError(await t.raw("POST", "/offsets/yesterday", { topic, partition: 0 }), 400);
});

refuses(COMMIT, "to commit where there is no topic, and below the beginning", async () => {
  const topic = await t.topic();
  const group = t.name();
  expectError(await t.raw("POST", `/commit/${group}/i`, { topic: t.name(), partition: 0, offset: 1 }));
  expectError(await t.raw("POST", `/commit/${group}/i`, { topic, partition: 0, offset: -1 }));
});
