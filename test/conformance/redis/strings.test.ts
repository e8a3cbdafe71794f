import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const SET = "https://redis.io/docs/latest/commands/set/";
const INCR = "https://redis.io/docs/latest/commands/incr/";
const GETEX = "https://redis.io/docs/latest/commands/getex/";

const WRONG_TYPE = /^WRONGTYPE /;
const NOT_AN_INTEGER = /^ERR value is not an int/;

conforms(SET, "replaces what is there, of whatever type, and its time to live", async () => {
  const key = t.key();
  await t.redis.rpush(key, "a");
  await t.redis.expire(key, 100);
  expect(await t.redis.set(key, "text")).toBe("OK");
  expect([await t.redis.get(key), await t.redis.ttl(key)]).toEqual(["text", -1]);
});

conforms(SET, "NX sets what is absent, XX what is there; else the answer is null", async () => {
  const key = t.key();
  expect(await t.redis.set(key, "1", { xx: true })).toBeNull();
  expect(await t.redis.set(key, "2", { nx: true })).toBe("OK");
  expect(await t.redis.set(key, "3", { nx: true })).toBeNull();
  expect(await t.redis.get(key)).toBe("2");
  expect(await t.redis.set(key, "4", { xx: true })).toBe("OK");
});

conforms.each(
  SET,
  [
    ["EX", 100, 99_000, 100_000],
    ["px", 5_000, 1_000, 5_000],
  ] as const,
  ([option]) => `${option} gives a time to live, in any letter case`,
  async ([option, time, least, most]) => {
    const key = t.key();
    await t.ask("SET", key, "x", option, time);
    const left = await t.redis.pttl(key);
    expect(left).toBeGreaterThan(least);
    expect(left).toBeLessThanOrEqual(most);
  },
);

conforms(SET, "KEEPTTL keeps the time to live", async () => {
  const key = t.key();
  await t.redis.set(key, "1", { ex: 100 });
  await t.redis.set(key, "2", { keepTtl: true });
  expect(await t.redis.ttl(key)).toBeGreaterThan(0);
});

conforms(SET, "GET answers what was there, or null, also when nothing is set", async () => {
  const key = t.key();
  expect(await t.redis.set(key, "1", { get: true })).toBeNull();
  expect(await t.redis.set(key, "2", { get: true })).toBe("1");
  expect(await t.redis.set(key, "3", { get: true, nx: true })).toBe("2");
  expect(await t.redis.get(key)).toBe("2");
});

conforms("https://redis.io/docs/latest/commands/setnx/", "SETNX answers whether it set", async () => {
  const key = t.key();
  expect([await t.redis.setnx(key, "1"), await t.redis.setnx(key, "2")]).toEqual([1, 0]);
  expect(await t.redis.get(key)).toBe("1");
});

conforms(
  "https://redis.io/docs/latest/commands/setex/",
  "SETEX and PSETEX set with a time to live",
  async () => {
    const key = t.key();
    await t.redis.setex(key, 100, "a");
    expect(await t.redis.ttl(key)).toBeGreaterThan(0);
    await t.redis.psetex(key, 100_000, "b");
    expect([await t.redis.get(key), (await t.redis.pttl(key)) > 0]).toEqual(["b", true]);
  },
);

conforms(
  "https://redis.io/docs/latest/commands/mget/",
  "MGET answers null for what is absent or no text",
  async () => {
    const [a, b, list] = [t.key(), t.key(), t.key()];
    await t.redis.mset({ [a]: "1", [b]: "" });
    await t.redis.rpush(list, "x");
    expect(await t.redis.mget(a, t.key(), b, list)).toEqual(["1", null, "", null]);
  },
);

conforms("https://redis.io/docs/latest/commands/msetnx/", "MSETNX sets all or none", async () => {
  const [a, b] = [t.key(), t.key()];
  expect(await t.redis.msetnx({ [a]: "1" })).toBe(1);
  expect(await t.redis.msetnx({ [b]: "2", [a]: "3" })).toBe(0);
  expect(await t.redis.mget(a, b)).toEqual(["1", null]);
});

conforms(INCR, "counts from 0, by one and by many, up and down, and keeps the time to live", async () => {
  const key = t.key();
  expect(await t.redis.incr(key)).toBe(1);
  await t.redis.expire(key, 100);
  expect([await t.redis.incrby(key, 10), await t.redis.decr(key), await t.redis.decrby(key, 20)]).toEqual([
    11, 10, -10,
  ]);
  expect([await t.redis.get(key), (await t.redis.ttl(key)) > 0]).toEqual(["-10", true]);
});

conforms(
  "https://redis.io/docs/latest/commands/incrbyfloat/",
  "INCRBYFLOAT adds numbers with decimals",
  async () => {
    const key = t.key();
    await t.redis.set(key, "10.50");
    expect((await t.ask("INCRBYFLOAT", key, "0.25")).body).toEqual({ result: "10.75" });
    expect((await t.ask("INCRBYFLOAT", key, "-10.75")).body).toEqual({ result: "0" });
  },
);

conforms(
  "https://redis.io/docs/latest/commands/append/",
  "APPEND and STRLEN count bytes, GETRANGE cuts by them",
  async () => {
    const key = t.key();
    expect(await t.redis.append(key, "Grüße")).toBe(7);
    expect(await t.redis.append(key, "!")).toBe(8);
    expect(await t.redis.strlen(key)).toBe(8);
    expect(await t.redis.getrange(key, 0, 1)).toBe("Gr");
    expect(await t.redis.getrange(key, -2, -1)).toBe("e!");
    expect(await t.redis.strlen(t.key())).toBe(0);
  },
);

conforms("https://redis.io/docs/latest/commands/getdel/", "GETDEL answers, then deletes", async () => {
  const key = t.key();
  await t.redis.set(key, "once");
  expect([await t.redis.getdel(key), await t.redis.getdel(key)]).toEqual(["once", null]);
});

conforms(GETEX, "GETEX answers, and gives or takes the time to live", async () => {
  const key = t.key();
  await t.redis.set(key, "x");
  expect(await t.redis.getex(key, { ex: 100 })).toBe("x");
  expect(await t.redis.ttl(key)).toBeGreaterThan(0);
  expect(await t.redis.getex(key, { persist: true })).toBe("x");
  expect(await t.redis.ttl(key)).toBe(-1);
  expect(await t.redis.getex(t.key(), { ex: 100 })).toBeNull();
});

conforms("https://redis.io/docs/latest/commands/getset/", "GETSET answers what was there", async () => {
  const key = t.key();
  expect([await t.redis.getset(key, "1"), await t.redis.getset(key, "2")]).toEqual([null, "1"]);
});

refuses(
  "https://redis.io/docs/latest/commands/get/",
  "a value of another type, and leaves it as it is",
  async () => {
    const key = t.key();
    await t.redis.rpush(key, "a");
    const { redis } = t;
    expect(await refusalOf(redis.get(key))).toMatch(WRONG_TYPE);
    expect(await refusalOf(redis.incr(key))).toMatch(WRONG_TYPE);
    expect(await refusalOf(redis.append(key, "b"))).toMatch(WRONG_TYPE);
    expect(await refusalOf(redis.getdel(key))).toMatch(WRONG_TYPE);
    expect(await refusalOf(redis.set(key, "x", { get: true }))).toMatch(WRONG_TYPE);
    expect(await t.redis.lrange(key, 0, -1)).toEqual(["a"]);
  },
);

refuses.each(
  INCR,
  ["text", "1.5", "", " 1", "9223372036854775808"],
  (text) => `counting on from ${JSON.stringify(text)}`,
  async (text) => {
    const key = t.key();
    await t.redis.set(key, text);
    expect(await refusalOf(t.redis.incr(key))).toMatch(NOT_AN_INTEGER);
    expect(await t.redis.get(key)).toBe(text);
  },
);

refuses(INCR, "counting beyond 64 bits", async () => {
  const key = t.key();
  await t.redis.set(key, "9223372036854775807");
  expect(await refusalOf(t.redis.incr(key))).toMatch(/^ERR .*overflow/);
  expect(await t.redis.get(key)).toBe("9223372036854775807");
});

refuses.each(
  SET,
  [
    [["NX", "XX"], /^ERR syntax error/],
    [["EX", "10", "PX", "10"], /^ERR syntax error/],
    [["EX", "10", "KEEPTTL"], /^ERR syntax error/],
    [["EX"], /^ERR syntax error/],
    [["SOON"], /^ERR syntax error/],
    [["EX", "0"], /^ERR invalid expire time/],
    [["PX", "-1"], /^ERR invalid expire time/],
    [["EX", "soon"], NOT_AN_INTEGER],
  ] as const,
  ([options]) => `SET … ${options.join(" ")}`,
  async ([options, words]) => {
    const key = t.key();
    const answer = await t.ask("SET", key, "x", ...options);
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(words) }]);
    expect(await t.redis.get(key)).toBeNull();
  },
);

refuses("https://redis.io/docs/latest/commands/setex/", "a time to live of nothing", async () => {
  const key = t.key();
  expect(await refusalOf(t.redis.setex(key, 0, "x"))).toMatch(/^ERR invalid expire time/);
  expect(await refusalOf(t.redis.psetex(key, -5, "x"))).toMatch(/^ERR invalid expire time/);
  expect(await t.redis.get(key)).toBeNull();
});

refuses("https://redis.io/docs/latest/commands/mset/", "a key without its text", async () => {
  const [a, b] = [t.key(), t.key()];
  const answer = await t.ask("MSET", a, "1", b);
  expect(answer.body).toEqual({ error: expect.stringMatching(/^ERR wrong number of arguments/) });
  expect(await t.redis.get(a)).toBeNull();
});

refuses("https://redis.io/docs/latest/commands/incrbyfloat/", "adding what is no number", async () => {
  const key = t.key();
  for (const by of ["much", "nan", ""]) {
    expect((await t.ask("INCRBYFLOAT", key, by)).body).toEqual({
      error: expect.stringMatching(/^ERR .*float/),
    });
  }
});
