import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const SEMANTICS = "https://upstash.com/docs/redis/features/restapi#api-semantics";
const VALUE = "https://upstash.com/docs/redis/features/restapi#json-or-binary-value";
const BODY = "https://upstash.com/docs/redis/features/restapi#post-command-in-body";
const CODES = "https://upstash.com/docs/redis/features/restapi#http-codes";
const RESPONSE = "https://upstash.com/docs/redis/features/restapi#response";
const BASE64 = "https://upstash.com/docs/redis/features/restapi#base64-encoded-responses";
const RESP2 = "https://upstash.com/docs/redis/features/restapi#resp2-format-responses";
const SECURITY = "https://upstash.com/docs/redis/features/restapi#security-and-authentication";

const WRONG_ARITY = { error: expect.stringMatching(/^ERR wrong number of arguments/) };

conforms(SEMANTICS, "a command in the address, its words apart by slashes", async () => {
  const key = t.key();
  expect((await t.raw("GET", `/set/${key}/bar/EX/100`)).body).toEqual({ result: "OK" });
  expect((await t.raw("GET", `/get/${key}`)).body).toEqual({ result: "bar" });
  expect((await t.raw("GET", `/ttl/${key}`)).body).toEqual({ result: expect.any(Number) });
});

conforms(SEMANTICS, "words in the address are percent-encoded", async () => {
  const key = t.key();
  await t.raw("GET", `/set/${key}/${encodeURIComponent("a/b c?ü")}`);
  expect((await t.raw("GET", `/get/${key}`)).body).toEqual({ result: "a/b c?ü" });
});

conforms(VALUE, "a body is the last word of the command in the address", async () => {
  const key = t.key();
  const text = JSON.stringify({ name: "Ada", tags: ["a"] });
  expect((await t.raw("POST", `/set/${key}`, { body: text })).body).toEqual({ result: "OK" });
  expect((await t.raw("GET", `/get/${key}`)).body).toEqual({ result: text });
});

conforms(VALUE, "options after the body come from the query", async () => {
  const key = t.key();
  await t.raw("POST", `/set/${key}?EX=100`, { body: "text" });
  const { result } = (await t.raw("GET", `/ttl/${key}`)).body as { result: number };
  expect(result).toBeGreaterThan(0);
  expect(result).toBeLessThanOrEqual(100);
});

conforms(BODY, "a whole command in the body, numbers among its words", async () => {
  const key = t.key();
  expect((await t.ask("SET", key, "bar", "EX", 100)).body).toEqual({ result: "OK" });
  expect((await t.ask("get", key)).body).toEqual({ result: "bar" });
});

conforms.each(
  CODES,
  ["GET", "POST", "PUT"],
  (method) => `${method} is served`,
  async (method) => {
    const answer = await t.raw(method, "/echo/hello");
    expect([answer.status, answer.body]).toEqual([200, { result: "hello" }]);
    expect(answer.type).toMatch(/^application\/json/);
  },
);

conforms(CODES, "HEAD is served, without a body", async () => {
  const answer = await t.raw("HEAD", "/echo/hello");
  expect([answer.status, answer.text]).toEqual([200, ""]);
});

conforms(RESPONSE, "a result is null, an integer, a text or a list of them", async () => {
  const key = t.key();
  expect((await t.ask("GET", key)).body).toEqual({ result: null });
  expect((await t.ask("INCR", key)).body).toEqual({ result: 1 });
  expect((await t.ask("MGET", key, t.key(), key)).body).toEqual({ result: ["1", null, "1"] });
});

conforms(BASE64, "on request texts are in base64, in lists as well, but not OK", async () => {
  const key = t.key();
  const headers = { "Upstash-Encoding": "base64" };
  const ask = async (...words: string[]) => (await t.raw("POST", "/", { body: words, headers })).body;
  expect(await ask("SET", key, "bar")).toEqual({ result: "OK" });
  expect(await ask("GET", key)).toEqual({ result: "YmFy" });
  expect(await ask("MGET", key, t.key())).toEqual({ result: ["YmFy", null] });
  expect(await ask("STRLEN", key)).toEqual({ result: 3 });
});

conforms(BASE64, "the client brings texts of every script through it", async () => {
  const key = t.key();
  await t.redis.set(key, "Ωδεῖον – 音楽堂 🎭");
  expect(await t.redis.get(key)).toBe("Ωδεῖον – 音楽堂 🎭");
});

conforms(RESP2, "on request an answer is as a Redis connection has it", async () => {
  const key = t.key();
  const headers = { "Upstash-Response-Format": "resp2" };
  const ask = (...words: string[]) => t.raw("POST", "/", { body: words, headers });
  expect(await ask("SET", key, "bär")).toMatchObject({ status: 200, text: "+OK\r\n" });
  const answer = await ask("GET", key);
  expect(answer.text).toBe("$4\r\nbär\r\n");
  expect(answer.type).toMatch(/^application\/octet-stream/);
  expect((await ask("STRLEN", key)).text).toBe(":4\r\n");
  expect((await ask("GET", t.key())).text).toBe("$-1\r\n");
});

conforms(SECURITY, "the token may be in the query", async () => {
  const token = process.env.CONFORMANCE_REDIS_TOKEN ?? "conformance-token";
  const answer = await t.raw("GET", `/echo/hello?_token=${encodeURIComponent(token)}`, { token: null });
  expect(answer.body).toEqual({ result: "hello" });
});

refuses(CODES, "no token", async () => {
  const answer = await t.raw("GET", "/get/k", { token: null });
  expect([answer.status, answer.body]).toEqual([401, { error: expect.any(String) }]);
});

refuses(CODES, "another token, in the header and in the query", async () => {
  expect((await t.raw("GET", "/get/k", { token: "another" })).status).toBe(401);
  expect((await t.raw("GET", "/get/k?_token=another", { token: null })).status).toBe(401);
  expect((await t.raw("POST", "/pipeline", { token: "another", body: [["PING"]] })).status).toBe(401);
});

refuses(SECURITY, "the client's calls with another token, and does not carry them out", async () => {
  const key = t.key();
  expect(await refusalOf(t.redisWith("another").set(key, "x"))).not.toMatch(/^answered/);
  expect(await t.redis.get(key)).toBeNull();
});

refuses.each(
  CODES,
  ["DELETE", "PATCH"],
  (method) => `the method ${method}`,
  async (method) => {
    expect((await t.raw(method, "/get/k")).status).toBe(405);
  },
);

refuses(CODES, "a command that there is not", async () => {
  const answer = await t.ask("NOSUCHCOMMAND", "k");
  expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(/^ERR /) }]);
});

refuses(RESPONSE, "too few words, and too many", async () => {
  for (const words of [["GET"], ["GET", "a", "b"], ["SET", "a"], ["HSET", "a", "f"], ["PING", "a", "b"]]) {
    const answer = await t.ask(...words);
    expect([answer.status, answer.body]).toEqual([400, WRONG_ARITY]);
  }
});

refuses.each(
  CODES,
  ["no JSON", "{}", "[]", '"GET"', '[["GET","k"]]', '[{"a":1}]'],
  (body) => `the body ${body} in place of a command`,
  async (body) => {
    const answer = await t.raw("POST", "/", { body });
    expect([answer.status, answer.body]).toEqual([400, { error: expect.any(String) }]);
  },
);

refuses(RESP2, "a format that there is not, and base64 together with resp2", async () => {
  const xml = { "Upstash-Response-Format": "xml" };
  expect((await t.raw("GET", "/ping", { headers: xml })).status).toBe(400);
  const both = { "Upstash-Response-Format": "resp2", "Upstash-Encoding": "base64" };
  expect((await t.raw("GET", "/ping", { headers: both })).status).toBe(400);
});
