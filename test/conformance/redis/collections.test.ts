import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const HSET = "https://redis.io/docs/latest/commands/hset/";
const HINCRBY = "https://redis.io/docs/latest/commands/hincrby/";
const LPUSH = "https://redis.io/docs/latest/commands/lpush/";
const LPOP = "https://redis.io/docs/latest/commands/lpop/";
const LRANGE = "https://redis.io/docs/latest/commands/lrange/";
const LSET = "https://redis.io/docs/latest/commands/lset/";
const SADD = "https://redis.io/docs/latest/commands/sadd/";

const WRONG_TYPE = /^WRONGTYPE /;
const NOT_AN_INTEGER = /^ERR value is not an int/;

const result = async (...words: (string | number)[]): Promise<unknown> =>
  ((await t.ask(...words)).body as { result: unknown }).result;

conforms(HSET, "HSET answers how many fields are new", async () => {
  const key = t.key();
  expect(await t.redis.hset(key, { a: "1", b: "2" })).toBe(2);
  expect(await t.redis.hset(key, { b: "3", c: "4" })).toBe(1);
  expect(await result("HGETALL", key)).toEqual(["a", "1", "b", "3", "c", "4"]);
  expect(await t.redis.hlen(key)).toBe(3);
});

conforms("https://redis.io/docs/latest/commands/hmget/", "HGET, HMGET and HEXISTS read fields", async () => {
  const key = t.key();
  await t.redis.hset(key, { a: "1" });
  expect([await t.redis.hget(key, "a"), await t.redis.hget(key, "b")]).toEqual(["1", null]);
  expect(await result("HMGET", key, "b", "a")).toEqual([null, "1"]);
  expect([await t.redis.hexists(key, "a"), await t.redis.hexists(key, "b")]).toEqual([1, 0]);
  expect([await t.redis.hkeys(key), await t.redis.hvals(key)]).toEqual([["a"], ["1"]]);
  expect(await result("HGETALL", t.key())).toEqual([]);
});

conforms("https://redis.io/docs/latest/commands/hdel/", "a hash without fields is gone", async () => {
  const key = t.key();
  await t.redis.hset(key, { a: "1" });
  expect(await t.redis.hdel(key, "a", "b")).toBe(1);
  expect([await t.redis.exists(key), await t.redis.hdel(key, "a")]).toEqual([0, 0]);
});

conforms(HINCRBY, "HINCRBY counts in a field, HSETNX leaves it", async () => {
  const key = t.key();
  expect([await t.redis.hincrby(key, "n", 5), await t.redis.hincrby(key, "n", -7)]).toEqual([5, -2]);
  expect([await t.redis.hsetnx(key, "n", "0"), await t.redis.hsetnx(key, "m", "0")]).toEqual([0, 1]);
  expect(await result("HMSET", key, "n", "9")).toBe("OK");
});

conforms(LPUSH, "LPUSH puts one after another in front, RPUSH at the end", async () => {
  const key = t.key();
  expect(await t.redis.lpush(key, "a", "b")).toBe(2);
  expect(await t.redis.rpush(key, "c")).toBe(3);
  expect(await t.redis.lrange(key, 0, -1)).toEqual(["b", "a", "c"]);
  expect([await t.redis.lpushx(t.key(), "a"), await t.redis.rpushx(key, "d")]).toEqual([0, 4]);
});

conforms(LPOP, "LPOP and RPOP take one, or as many as there are", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a", "b", "c", "d");
  expect([await result("LPOP", key), await result("RPOP", key)]).toEqual(["a", "d"]);
  expect(await result("RPOP", key, 10)).toEqual(["c", "b"]);
  expect([await result("LPOP", key), await t.redis.exists(key)]).toEqual([null, 0]);
});

conforms(LRANGE, "positions count from either end, and may lie outside", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a", "b", "c");
  expect(await t.redis.lrange(key, -2, -1)).toEqual(["b", "c"]);
  expect(await t.redis.lrange(key, -100, 100)).toEqual(["a", "b", "c"]);
  expect([await t.redis.lrange(key, 2, 1), await t.redis.lrange(t.key(), 0, -1)]).toEqual([[], []]);
  expect([await t.redis.lindex(key, -1), await t.redis.lindex(key, 3)]).toEqual(["c", null]);
  expect(await t.redis.llen(key)).toBe(3);
});

conforms(
  "https://redis.io/docs/latest/commands/lrem/",
  "LREM takes from the left, from the right, or all",
  async () => {
    const key = t.key();
    await t.redis.rpush(key, "x", "a", "x", "b", "x");
    expect(await t.redis.lrem(key, -1, "x")).toBe(1);
    expect(await t.redis.lrange(key, 0, -1)).toEqual(["x", "a", "x", "b"]);
    expect(await t.redis.lrem(key, 1, "x")).toBe(1);
    expect(await t.redis.lrem(key, 0, "x")).toBe(1);
    expect(await t.redis.lrange(key, 0, -1)).toEqual(["a", "b"]);
  },
);

conforms("https://redis.io/docs/latest/commands/ltrim/", "LTRIM keeps a part, LSET changes one", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a", "b", "c", "d");
  expect(await t.redis.ltrim(key, 1, 2)).toBe("OK");
  expect(await t.redis.lset(key, -1, "z")).toBe("OK");
  expect(await t.redis.lrange(key, 0, -1)).toEqual(["b", "z"]);
  await t.redis.ltrim(key, 5, 10);
  expect(await t.redis.exists(key)).toBe(0);
});

conforms(SADD, "a set has each member once", async () => {
  const key = t.key();
  expect([await t.redis.sadd(key, "a", "b", "a"), await t.redis.sadd(key, "b", "c")]).toEqual([2, 1]);
  expect([await t.redis.scard(key), (await t.redis.smembers(key)).sort()]).toEqual([3, ["a", "b", "c"]]);
  expect([await t.redis.sismember(key, "a"), await t.redis.sismember(key, "z")]).toEqual([1, 0]);
  expect(await t.redis.smismember(key, ["a", "z"])).toEqual([1, 0]);
  expect(await t.redis.srem(key, "a", "z")).toBe(1);
});

conforms("https://redis.io/docs/latest/commands/sinter/", "what sets share, join and differ in", async () => {
  const [a, b] = [t.key(), t.key()];
  await t.redis.sadd(a, "1", "2", "3");
  await t.redis.sadd(b, "2", "3", "4");
  expect((await t.redis.sinter(a, b)).sort()).toEqual(["2", "3"]);
  expect((await t.redis.sunion(a, b)).sort()).toEqual(["1", "2", "3", "4"]);
  expect(await t.redis.sdiff(a, b)).toEqual(["1"]);
  expect(await t.redis.sinter(a, t.key())).toEqual([]);
});

refuses.each(
  HSET,
  [
    ["HGET", "f"],
    ["HSET", "f", "v"],
    ["HINCRBY", "f", 1],
    ["LPUSH", "x"],
    ["LRANGE", 0, -1],
    ["LPOP"],
    ["SADD", "x"],
    ["SMEMBERS"],
    ["ZADD", 1, "x"],
    ["ZRANGE", 0, -1],
  ] as const,
  ([command]) => `${command} of a text`,
  async ([command, ...words]) => {
    const key = t.key();
    await t.redis.set(key, "text");
    const answer = await t.ask(command, key, ...words);
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(WRONG_TYPE) }]);
    expect(await t.redis.get(key)).toBe("text");
  },
);

refuses(HSET, "a field without its value", async () => {
  const key = t.key();
  for (const words of [
    ["HSET", key, "a", "1", "b"],
    ["HMSET", key, "a", "1", "b"],
  ]) {
    const { body } = await t.ask(...words);
    expect(body).toEqual({ error: expect.stringMatching(/^ERR wrong number of arguments/) });
  }
  expect(await t.redis.exists(key)).toBe(0);
});

refuses(HINCRBY, "counting in a field that holds a text, by no number, and beyond 64 bits", async () => {
  const key = t.key();
  await t.redis.hset(key, { text: "x", most: "9223372036854775807" });
  expect((await t.ask("HINCRBY", key, "text", 1)).body).toEqual({
    error: expect.stringMatching(/^ERR hash value is not an int/),
  });
  expect((await t.ask("HINCRBY", key, "n", "x")).body).toEqual({
    error: expect.stringMatching(NOT_AN_INTEGER),
  });
  expect((await t.ask("HINCRBY", key, "most", 1)).body).toEqual({
    error: expect.stringMatching(/^ERR .*overflow/),
  });
  expect(await t.redis.hexists(key, "n")).toBe(0);
});

refuses(LPOP, "to take fewer than none", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a");
  for (const command of ["LPOP", "RPOP"]) {
    const { body } = await t.ask(command, key, -1);
    expect(body).toEqual({ error: expect.stringMatching(/^ERR value is out of range/) });
  }
});

refuses(LRANGE, "positions that are no numbers", async () => {
  const key = t.key();
  expect(await refusalOf(t.redis.lrange(key, 0, 1.5))).toMatch(NOT_AN_INTEGER);
  await t.redis.rpush(key, "a");
  expect((await t.ask("LINDEX", key, "first")).body).toEqual({
    error: expect.stringMatching(NOT_AN_INTEGER),
  });
});

refuses(LSET, "a position outside the list, and a list that is not there", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a");
  expect(await refusalOf(t.redis.lset(key, 1, "x"))).toMatch(/^ERR index out of range/);
  expect(await refusalOf(t.redis.lset(key, -2, "x"))).toMatch(/^ERR index out of range/);
  expect(await refusalOf(t.redis.lset(t.key(), 0, "x"))).toMatch(/^ERR no such key/);
});

refuses(SADD, "a set without a member", async () => {
  const { body } = await t.ask("SADD", t.key());
  expect(body).toEqual({ error: expect.stringMatching(/^ERR wrong number of arguments/) });
});
