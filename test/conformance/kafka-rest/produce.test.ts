import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { expectError, useKafka } from "./support/world.ts";

const t = useKafka();

const PRODUCER = "https://upstash.com/docs/kafka/rest/restproducer";
const INTRO = "https://upstash.com/docs/kafka/rest/restintro#responses";
const PARTITIONER = "https://kafka.apache.org/documentation/#producerconfigs_partitioner.class";

conforms(PRODUCER, "a record's metadata is answered", async () => {
  const topic = await t.topic();
  const before = Date.now() - 60_000;
  const answer = await t.kafka.producer().produce(topic, "hello");
  expect(answer).toEqual({ topic, partition: 0, offset: 0, timestamp: expect.any(Number) });
  expect(answer.timestamp).toBeGreaterThan(before);
});

conforms(PRODUCER, "several records are answered in the order of the request, over topics", async () => {
  const [words, cities] = [await t.topic(), await t.topic(4)];
  const answers = await t.kafka.producer().produceMany([
    { topic: cities, partition: 1, value: "a", timestamp: 1_637_745_834_744 },
    { topic: words, value: "b" },
    { topic: cities, partition: 1, value: "c" },
  ]);
  expect(answers).toMatchObject([
    { topic: cities, partition: 1, offset: 0, timestamp: 1_637_745_834_744 },
    { topic: words, partition: 0, offset: 0 },
    { topic: cities, partition: 1, offset: 1 },
  ]);
});

conforms(PRODUCER, "key, headers and timestamp come back as they were", async () => {
  const topic = await t.topic();
  const headers = [{ key: "traceparent", value: "00-ab" }];
  const key = "Zoë – 1";
  await t.kafka.producer().produce(topic, "Grüße 🎭", { key, headers, timestamp: 1_637_745_834_744 });
  const messages = await t.kafka.consumer().fetch({ topic, partition: 0, offset: 0 });
  expect(messages).toEqual([
    { topic, partition: 0, offset: 0, timestamp: 1_637_745_834_744, key, value: "Grüße 🎭", headers },
  ]);
});

conforms(PRODUCER, "one record, or a list, goes to the topic in the address", async () => {
  const topic = await t.topic();
  expect((await t.raw("POST", `/produce/${topic}`, { value: "a" })).body).toMatchObject([{ offset: 0 }]);
  const { body } = await t.raw("POST", `/produce/${topic}`, [{ value: "b" }, { value: "c" }]);
  expect(body).toMatchObject([{ offset: 1 }, { offset: 2 }]);
});

conforms(PRODUCER, "a record may be in the address alone, percent-encoded", async () => {
  const topic = await t.topic();
  const { status, body } = await t.raw("GET", `/produce/${topic}/S%C3%A3o%20Paulo%2F1?key=city`);
  expect([status, body]).toMatchObject([200, { topic, partition: 0, offset: 0 }]);
  const messages = await t.kafka.consumer().fetch({ topic, partition: 0, offset: 0 });
  expect(messages).toMatchObject([{ key: "city", value: "São Paulo/1" }]);
});

conforms(PARTITIONER, "one key's records lie in one partition, in order", async () => {
  const topic = await t.topic(4);
  const answers = [];
  for (let i = 0; i < 5; i += 1) {
    answers.push(await t.kafka.producer().produce(topic, `${i}`, { key: "booking-1" }));
  }
  expect(new Set(answers.map(({ partition }) => partition)).size).toBe(1);
  expect(answers.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
});

conforms.each(
  PARTITIONER,
  // murmur2, as the Java client's own tests have it: (murmur2(key) & 0x7fffffff) % partitions.
  [
    ["21", -973_932_308],
    ["foobar", -790_332_482],
    ["a-little-bit-long-string", -985_981_536],
    ["a-little-bit-longer-string", -1_486_304_829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971],
  ] as const,
  ([key]) => `the key ${key} goes where Kafka's default partitioner puts it`,
  async ([key, murmur2]) => {
    const topic = await t.topic(8);
    const { partition } = await t.kafka.producer().produce(topic, "x", { key });
    expect(partition).toBe((murmur2 & 0x7fffffff) % 8);
  },
);

conforms(PRODUCER, "a partition that is named wins over the key's", async () => {
  const topic = await t.topic(8);
  const { partition } = await t.kafka.producer().produce(topic, "x", { key: "21" });
  const other = (partition + 1) % 8;
  const named = await t.kafka.producer().produce(topic, "x", { key: "21", partition: other });
  expect(named.partition).toBe(other);
});

refuses.each(
  INTRO,
  [
    "",
    "Basic !",
    `Basic ${btoa("conformance:wrong")}`,
    `Basic ${btoa("nobody:pass:word")}`,
    "Bearer pass:word",
  ],
  (authorization) => `the credentials "${authorization}"`,
  async (authorization) => {
    for (const path of ["/topics", "/produce", "/fetch"]) {
      expectError(await t.raw("POST", path, {}, { authorization }), 401);
    }
  },
);

refuses(PRODUCER, "a topic that there is not", async () => {
  expectError(await t.raw("POST", "/produce", { topic: t.name(), value: "v" }));
});

refuses.each(
  PRODUCER,
  [
    ["a partition that there is not", { partition: 4, value: "v" }],
    ["a negative partition", { partition: -1, value: "v" }],
    ["no value", {}],
    ["a key that is no text", { key: { a: 1 }, value: "v" }],
    ["headers that are no list", { value: "v", headers: "h" }],
    ["a header without a value", { value: "v", headers: [{ key: "k" }] }],
  ] as const,
  ([what]) => what,
  async ([, record]) => {
    const topic = await t.topic(4);
    expectError(await t.raw("POST", "/produce", { topic, ...record }));
    const partitions = [0, 1, 2, 3].map((partition) => ({ topic, partition }));
    const { body } = await t.raw("POST", "/offsets/latest", partitions);
    expect((body as { offset: number }[]).map(({ offset }) => offset)).toEqual([0, 0, 0, 0]);
  },
);

refuses.each(
  INTRO,
  ["{", "hello", ""],
  (body) => `the body "${body}"`,
  async (body) => {
    expectError(await t.raw("POST", "/produce", body), 400);
  },
);

refuses(INTRO, "an address that there is not", async () => {
  expectError(await t.raw("GET", "/nowhere"), 404);
});
