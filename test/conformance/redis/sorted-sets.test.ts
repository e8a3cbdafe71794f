import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const ZADD = "https://redis.io/docs/latest/commands/zadd/";
const ZINCRBY = "https://redis.io/docs/latest/commands/zincrby/";
const ZRANGE = "https://redis.io/docs/latest/commands/zrange/";
const ZRANK = "https://redis.io/docs/latest/commands/zrank/";
const ZREMRANGEBYSCORE = "https://redis.io/docs/latest/commands/zremrangebyscore/";

/** A sorted set of these members, under a key of its own. */
async function sorted(scores: Record<string, number>): Promise<string> {
  const key = t.key();
  await t.ask("ZADD", key, ...Object.entries(scores).flatMap(([member, score]) => [score, member]));
  return key;
}

const result = async (...words: (string | number)[]): Promise<unknown> =>
  ((await t.ask(...words)).body as { result: unknown }).result;

const errorOf = async (...words: (string | number)[]): Promise<unknown> =>
  ((await t.ask(...words)).body as { error: unknown }).error;

conforms(ZADD, "answers how many members are new; CH counts the changed ones too", async () => {
  const key = t.key();
  expect(await t.redis.zadd(key, { score: 1, member: "a" }, { score: 2, member: "b" })).toBe(2);
  expect(await t.redis.zadd(key, { score: 5, member: "a" }, { score: 3, member: "c" })).toBe(1);
  expect(await t.redis.zadd(key, { ch: true }, { score: 6, member: "a" }, { score: 2, member: "b" })).toBe(1);
  expect(await result("ZRANGE", key, 0, -1, "WITHSCORES")).toEqual(["b", "2", "c", "3", "a", "6"]);
});

conforms.each(
  ZADD,
  [
    ["NX", ["1", "7"]],
    ["XX", ["9", null]],
    ["GT", ["9", "7"]],
    ["LT", ["1", "7"]],
  ] as const,
  ([option]) => `${option} holds back what it says`,
  async ([option, expected]) => {
    const key = await sorted({ a: 1 });
    await t.ask("ZADD", key, option, 9, "a", 7, "new");
    expect(await result("ZMSCORE", key, "a", "new")).toEqual(expected);
  },
);

conforms(ZADD, "INCR adds, and answers the score, or null where it is held back", async () => {
  const key = await sorted({ a: 1 });
  expect(await result("ZADD", key, "INCR", 1.5, "a")).toBe("2.5");
  expect(await result("ZADD", key, "NX", "INCR", 1, "a")).toBeNull();
});

conforms(ZINCRBY, "adds from 0, decimals too, and answers the score", async () => {
  const key = t.key();
  expect(await result("ZINCRBY", key, 2, "a")).toBe("2");
  expect(await result("ZINCRBY", key, -0.5, "a")).toBe("1.5");
  expect(Number(await t.redis.zincrby(key, 1, "a"))).toBe(2.5);
});

conforms(ZRANGE, "is in order of score, and of the member where scores are the same", async () => {
  const key = await sorted({ c: 1, a: 1, b: 1, z: 0, y: -3.5 });
  expect(await t.redis.zrange(key, 0, -1)).toEqual(["y", "z", "a", "b", "c"]);
  expect(await t.redis.zrange(key, -2, -1)).toEqual(["b", "c"]);
  expect(await t.redis.zrange(key, 3, 1)).toEqual([]);
  expect(await t.redis.zrange(t.key(), 0, -1)).toEqual([]);
});

conforms(ZRANGE, "REV counts from the highest", async () => {
  const key = await sorted({ a: 1, b: 2, c: 3 });
  expect(await t.redis.zrange(key, 0, 1, { rev: true })).toEqual(["c", "b"]);
  expect(await t.redis.zrange(key, 0, 1, { rev: true, withScores: true })).toEqual(["c", "3", "b", "2"]);
  expect(await result("ZREVRANGE", key, 0, 0, "WITHSCORES")).toEqual(["c", "3"]);
});

conforms(ZRANGE, "BYSCORE takes bounds, open ones and infinite ones", async () => {
  const key = await sorted({ a: 1, b: 2, c: 3, d: 4 });
  expect(await t.redis.zrange(key, 2, 3, { byScore: true })).toEqual(["b", "c"]);
  expect(await t.redis.zrange(key, "(1", "(4", { byScore: true })).toEqual(["b", "c"]);
  expect(await t.redis.zrange(key, "-inf", "+inf", { byScore: true })).toEqual(["a", "b", "c", "d"]);
  expect(await t.redis.zrange(key, 4, 2, { byScore: true })).toEqual([]);
});

conforms(ZRANGE, "BYSCORE with REV has the higher bound first; LIMIT cuts", async () => {
  const key = await sorted({ a: 1, b: 2, c: 3, d: 4 });
  expect(await t.redis.zrange(key, 3, 1, { byScore: true, rev: true })).toEqual(["c", "b", "a"]);
  const cut = { byScore: true, offset: 1, count: 2 } as const;
  expect(await t.redis.zrange(key, "-inf", "+inf", cut)).toEqual(["b", "c"]);
  expect(await result("ZRANGE", key, "-inf", "+inf", "BYSCORE", "LIMIT", 2, -1)).toEqual(["c", "d"]);
  expect(await result("ZREVRANGEBYSCORE", key, "+inf", 3)).toEqual(["d", "c"]);
  expect(await result("ZRANGEBYSCORE", key, 3, "+inf", "WITHSCORES")).toEqual(["c", "3", "d", "4"]);
});

conforms(
  "https://redis.io/docs/latest/commands/zscore/",
  "ZSCORE, ZMSCORE, ZCARD and ZCOUNT read",
  async () => {
    const key = await sorted({ a: 1.25, b: 2 });
    expect([await result("ZSCORE", key, "a"), await result("ZSCORE", key, "z")]).toEqual(["1.25", null]);
    expect(await result("ZMSCORE", key, "b", "z")).toEqual(["2", null]);
    expect([await t.redis.zcard(key), await t.redis.zcard(t.key())]).toEqual([2, 0]);
    expect([await t.redis.zcount(key, "(1.25", "+inf"), await t.redis.zcount(key, 0, 9)]).toEqual([1, 2]);
  },
);

conforms(ZADD, "infinite scores are the lowest and the highest", async () => {
  const key = await sorted({ b: 0 });
  await t.ask("ZADD", key, "+inf", "c", "-inf", "a");
  expect(await result("ZRANGE", key, 0, -1, "WITHSCORES")).toEqual(["a", "-inf", "b", "0", "c", "inf"]);
});

conforms(ZRANK, "ZRANK counts from the lowest, ZREVRANK from the highest", async () => {
  const key = await sorted({ a: 1, b: 2, c: 3 });
  expect([await t.redis.zrank(key, "a"), await t.redis.zrevrank(key, "a")]).toEqual([0, 2]);
  expect(await t.redis.zrank(key, "z")).toBeNull();
});

conforms("https://redis.io/docs/latest/commands/zrem/", "a sorted set without members is gone", async () => {
  const key = await sorted({ a: 1 });
  expect(await t.redis.zrem(key, "a", "z")).toBe(1);
  expect(await t.redis.exists(key)).toBe(0);
});

conforms(ZREMRANGEBYSCORE, "members go by score and by rank", async () => {
  const key = await sorted({ a: 1, b: 2, c: 3, d: 4, e: 5 });
  expect(await t.redis.zremrangebyscore(key, 2, 3)).toBe(2);
  expect(await t.redis.zremrangebyrank(key, 0, 0)).toBe(1);
  expect(await t.redis.zremrangebyrank(key, -1, -1)).toBe(1);
  expect(await t.redis.zrange(key, 0, -1)).toEqual(["d"]);
});

conforms(
  "https://redis.io/docs/latest/commands/zpopmin/",
  "ZPOPMIN and ZPOPMAX take with the score",
  async () => {
    const key = await sorted({ a: 1, b: 2, c: 3 });
    expect(await result("ZPOPMIN", key)).toEqual(["a", "1"]);
    expect(await result("ZPOPMAX", key, 10)).toEqual(["c", "3", "b", "2"]);
    expect(await result("ZPOPMIN", key)).toEqual([]);
  },
);

refuses.each(
  ZADD,
  [
    [["much", "a"], /^ERR value is not a valid float/],
    [["nan", "a"], /^ERR value is not a valid float/],
    [["1", "a", "2"], /^ERR syntax error/],
    [["NX", "XX", "1", "a"], /^ERR .*XX and NX|^ERR .*not compatible/],
    [["GT", "LT", "1", "a"], /^ERR .*not compatible/],
    [["NX", "GT", "1", "a"], /^ERR .*not compatible/],
    [["INCR", "1", "a", "2", "b"], /^ERR INCR option supports a single/],
    [["NX", "CH"], /^ERR syntax error/],
  ] as const,
  ([words]) => `ZADD … ${words.join(" ")}`,
  async ([words, error]) => {
    const key = t.key();
    expect(await errorOf("ZADD", key, ...words)).toMatch(error);
    expect(await t.redis.exists(key)).toBe(0);
  },
);

refuses(ZADD, "one score among several that is no number, and adds none of them", async () => {
  const key = t.key();
  expect(await errorOf("ZADD", key, 1, "a", "much", "b")).toMatch(/^ERR value is not a valid float/);
  expect(await t.redis.exists(key)).toBe(0);
});

refuses(ZINCRBY, "adding to infinity what makes no number of it", async () => {
  const key = t.key();
  await t.ask("ZADD", key, "+inf", "a");
  expect(await errorOf("ZINCRBY", key, "-inf", "a")).toMatch(/^ERR resulting score is not a number/);
  expect(await result("ZSCORE", key, "a")).toBe("inf");
});

refuses.each(
  ZRANGE,
  [
    [["a", "b"], /^ERR value is not an int/],
    [["0", "1", "LIMIT", "0", "1"], /^ERR syntax error/],
    [["0", "1", "BYSCORE", "LIMIT", "0"], /^ERR syntax error/],
    [["low", "high", "BYSCORE"], /^ERR min or max is not a float/],
    [["0", "1", "BYSCORE", "LIMIT", "x", "1"], /^ERR value is not an int/],
    [["0", "1", "SIDEWAYS"], /^ERR syntax error/],
  ] as const,
  ([words]) => `ZRANGE … ${words.join(" ")}`,
  async ([words, error]) => {
    expect(await errorOf("ZRANGE", await sorted({ a: 1 }), ...words)).toMatch(error);
  },
);

refuses(ZREMRANGEBYSCORE, "bounds that are no numbers, and removes nothing", async () => {
  const key = await sorted({ a: 1 });
  expect(await errorOf("ZREMRANGEBYSCORE", key, "low", "high")).toMatch(/^ERR min or max is not a float/);
  expect(await errorOf("ZCOUNT", key, "low", "high")).toMatch(/^ERR min or max is not a float/);
  expect(await errorOf("ZREMRANGEBYRANK", key, "0", "last")).toMatch(/^ERR value is not an int/);
  expect(await t.redis.zcard(key)).toBe(1);
});

refuses(ZRANK, "a value of another type", async () => {
  const key = t.key();
  await t.redis.set(key, "text");
  expect(await refusalOf(t.redis.zrank(key, "a"))).toMatch(/^WRONGTYPE /);
  expect(await refusalOf(t.redis.zincrby(key, 1, "a"))).toMatch(/^WRONGTYPE /);
});

refuses("https://redis.io/docs/latest/commands/zpopmin/", "to take fewer than none", async () => {
  expect(await errorOf("ZPOPMIN", await sorted({ a: 1 }), -1)).toMatch(/^ERR value is out of range/);
});
