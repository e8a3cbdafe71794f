import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { BINARY, base64, PLAIN, useProxy } from "./support/world.ts";

const t = useProxy(1);

const RECORDS = "https://docs.redpanda.com/api/doc/http-proxy/operation/operation-get_topics_records";
/** What the operation's page leaves open is in Redpanda's own tests and sources. */
const FETCH_TEST = "https://github.com/redpanda-data/redpanda/blob/dev/src/v/pandaproxy/rest/test/fetch.cc";
const PROXY_TEST = "https://github.com/redpanda-data/redpanda/blob/dev/tests/rptest/tests/pandaproxy_test.py";
const ERRORS = "https://github.com/redpanda-data/redpanda/blob/dev/src/v/pandaproxy/error.cc";
const MIN_BYTES = "https://github.com/redpanda-data/redpanda/pull/15438";
const SCRAM = "https://docs.redpanda.com/current/develop/http-proxy/";

const error = (code: number) => expect.objectContaining({ error_code: code, message: expect.any(String) });

conforms(FETCH_TEST, "a record has its topic, key, value, partition and offset", async () => {
  const topic = await t.topic();
  await t.produce(topic, [
    { partition: 1, key: "k", value: "Grüße" },
    { partition: 1, value: "b" },
  ]);
  const answer = await t.read(topic, 0, { partition: 1 });
  expect(answer.status).toBe(200);
  expect(answer.type).toMatch(BINARY);
  expect(answer.body).toEqual([
    { topic, key: base64("k"), value: base64("Grüße"), partition: 1, offset: 0 },
    { topic, key: null, value: base64("b"), partition: 1, offset: 1 },
  ]);
});

conforms(
  FETCH_TEST,
  "a read from the middle of a batch may begin before it, and has all from there on",
  async () => {
    const topic = await t.topic();
    await t.produce(
      topic,
      ["a", "b", "c"].map((value) => ({ value })),
    );
    await t.produce(topic, [{ value: "d" }]);
    const found = (await t.read(topic, 2)).body as { offset: number }[];
    expect(found.map(({ offset }) => offset).slice(-2)).toEqual([2, 3]);
  },
);

conforms(RECORDS, "there is nothing at the end, once the timeout is over", async () => {
  const topic = await t.topic();
  expect((await t.read(topic, 0, { timeout: 0 })).body).toEqual([]);
  await t.produce(topic, [{ value: "a" }]);
  expect((await t.read(topic, 1, { timeout: 100 })).body).toEqual([]);
});

conforms(MIN_BYTES, "a read at the end waits for the next record", async () => {
  const topic = await t.topic();
  const waiting = t.read(topic, 0, { timeout: 20_000 });
  await t.produce(topic, [{ value: "late" }]);
  expect((await waiting).body).toMatchObject([{ value: base64("late") }]);
});

conforms(RECORDS, "max_bytes ends an answer early, but never before its first batch", async () => {
  const topic = await t.topic();
  for (let n = 0; n < 20; n += 1) await t.produce(topic, [{ value: "x".repeat(10_000) }]);
  const found = (await t.read(topic, 0, { maxBytes: 1 })).body as unknown[];
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(20);
});

refuses.each(
  FETCH_TEST,
  ["offset", "timeout", "max_bytes"],
  (name) => `a read without its ${name}`,
  async (name) => {
    const query = new URLSearchParams({ offset: "0", timeout: "0", max_bytes: "1024" });
    query.delete(name);
    const path = `/topics/${await t.topic()}/partitions/0/records?${query}`;
    const answer = await t.raw("GET", path, { headers: { accept: BINARY } });
    expect([answer.status, answer.body]).toEqual([400, error(40002)]);
  },
);

refuses(FETCH_TEST, "a topic that there is not", async () => {
  const answer = await t.read(t.name(), 0);
  expect([answer.status, answer.body]).toEqual([
    404,
    { error_code: 40402, message: "unknown_topic_or_partition" },
  ]);
});

refuses(FETCH_TEST, "a partition that the topic does not have", async () => {
  const answer = await t.read(await t.topic(), 0, { partition: 99 });
  expect([answer.status, answer.body]).toEqual([404, error(40402)]);
});

refuses(ERRORS, "an offset behind the end, by Kafka's own name", async () => {
  const topic = await t.topic();
  await t.produce(topic, [{ value: "a" }]);
  const answer = await t.read(topic, 2);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    error_code: 40002,
    message: expect.stringMatching(/offset_out_of_range/),
  });
});

refuses.each(
  PROXY_TEST,
  ["", PLAIN],
  (accept) => `a read by who accepts ${accept || "anything"}`,
  async (accept) => {
    const path = `/topics/${await t.topic()}/partitions/0/records?offset=0&timeout=0&max_bytes=1024`;
    const answer = await t.raw("GET", path, { headers: { accept } });
    expect([answer.status, answer.body]).toEqual([406, error(406)]);
  },
);

refuses.each(
  SCRAM,
  [null, `Basic ${btoa("user:another")}`],
  (authorization) => `who shows ${authorization ? "a wrong password" : "no password"}`,
  async (authorization) => {
    const path = `/topics/${await t.topic()}/partitions/0/records?offset=0&timeout=0&max_bytes=1024`;
    expect((await t.raw("GET", path, { headers: { accept: BINARY }, authorization })).status).toBe(401);
    expect((await t.raw("GET", "/topics", { authorization })).status).toBe(401);
  },
);
