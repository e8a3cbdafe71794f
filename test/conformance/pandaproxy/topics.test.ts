import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { BINARY, base64, PLAIN, useProxy } from "./support/world.ts";

const t = useProxy(0);

const NAMES = "https://docs.redpanda.com/api/doc/http-proxy/operation/operation-get_topics_names";
const PRODUCE = "https://docs.redpanda.com/api/doc/http-proxy/operation/operation-post_topics_name";
/** What the operations' pages leave open is in Redpanda's own tests. */
const PRODUCE_TEST =
  "https://github.com/redpanda-data/redpanda/blob/dev/src/v/pandaproxy/rest/test/produce.cc";
const PROXY_TEST = "https://github.com/redpanda-data/redpanda/blob/dev/tests/rptest/tests/pandaproxy_test.py";

const error = (code: number) => expect.objectContaining({ error_code: code, message: expect.any(String) });

conforms(NAMES, "topics are a list of names", async () => {
  const topic = await t.topic();
  const answer = await t.raw("GET", "/topics", { headers: { accept: PLAIN } });
  expect(answer.status).toBe(200);
  expect(answer.type).toMatch(PLAIN);
  expect(answer.body).toContain(topic);
});

conforms.each(
  PROXY_TEST,
  ["*/*", PLAIN],
  (accept) => `topics are answered to who accepts ${accept}`,
  async (accept) => {
    expect((await t.raw("GET", "/topics", { headers: { accept } })).status).toBe(200);
  },
);

conforms(PRODUCE, "each partition's records are one batch, answered by its first offset", async () => {
  const topic = await t.topic();
  const first = await t.produce(topic, [{ value: "a" }, { partition: 1, value: "b" }, { value: "c" }]);
  expect(first.status).toBe(200);
  expect(first.type).toMatch(PLAIN);
  const { offsets } = first.body as { offsets: { partition: number; offset: number }[] };
  expect(offsets.toSorted((a, b) => a.partition - b.partition)).toEqual([
    { partition: 0, offset: 0 },
    { partition: 1, offset: 0 },
  ]);
  expect((await t.produce(topic, [{ value: "d" }])).body).toEqual({ offsets: [{ partition: 0, offset: 2 }] });
});

conforms(
  PRODUCE_TEST,
  "a topic that there is not is answered 200, with Kafka's error of each partition",
  async () => {
    const answer = await t.produce(t.name(), [{ value: "a" }, { partition: 1, value: "b" }]);
    expect(answer.status).toBe(200);
    const { offsets } = answer.body as { offsets: unknown[] };
    expect(offsets).toHaveLength(2);
    for (const one of offsets) expect(one).toMatchObject({ error_code: 3, offset: -1 });
  },
);

refuses(PROXY_TEST, "who accepts another type than topics have", async () => {
  const answer = await t.raw("GET", "/topics", { headers: { accept: "application/json" } });
  expect([answer.status, answer.body]).toEqual([406, error(406)]);
});

refuses.each(
  PROXY_TEST,
  [undefined, PLAIN],
  (type) => `records of the type ${type}`,
  async (type) => {
    const topic = await t.topic();
    const body = JSON.stringify({ records: [{ partition: 0, value: base64("a") }] });
    const headers = { accept: PLAIN, "content-type": type ?? "" };
    const answer = await t.raw("POST", `/topics/${topic}`, { headers, body });
    expect([answer.status, answer.body]).toEqual([415, error(415)]);
    expect((await t.read(topic, 0, { timeout: 0 })).body).toEqual([]);
  },
);

refuses(PROXY_TEST, "records from who accepts another type than the answer has", async () => {
  const topic = await t.topic();
  const body = { records: [{ partition: 0, value: base64("a") }] };
  const answer = await t.raw("POST", `/topics/${topic}`, {
    headers: { accept: BINARY, "content-type": BINARY },
    body,
  });
  expect([answer.status, answer.body]).toEqual([406, error(406)]);
  expect((await t.read(topic, 0, { timeout: 0 })).body).toEqual([]);
});

refuses.each(
  PRODUCE,
  [
    "no JSON",
    "[]",
    '{"records":[{"partition":"0","value":"YQ=="}]}',
    '{"records":[{"value":"YQ==","headers":[]}]}',
  ],
  (body) => `the body ${body}`,
  async (body) => {
    const topic = await t.topic();
    const answer = await t.raw("POST", `/topics/${topic}`, {
      headers: { accept: PLAIN, "content-type": BINARY },
      body,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await t.read(topic, 0, { timeout: 0 })).body).toEqual([]);
  },
);
