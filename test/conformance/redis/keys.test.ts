import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const EXPIRE = "https://redis.io/docs/latest/commands/expire/";
const TTL = "https://redis.io/docs/latest/commands/ttl/";
const SCAN = "https://redis.io/docs/latest/commands/scan/";
const RENAME = "https://redis.io/docs/latest/commands/rename/";

async function aKey(): Promise<string> {
  const key = t.key();
  await t.redis.set(key, "x");
  return key;
}

conforms(
  "https://redis.io/docs/latest/commands/del/",
  "DEL and UNLINK answer how many keys there were",
  async () => {
    const [a, b, c] = [await aKey(), await aKey(), await aKey()];
    expect(await t.redis.del(a, b, t.key())).toBe(2);
    expect(await t.redis.unlink(c, a)).toBe(1);
    expect(await t.redis.mget(a, b, c)).toEqual([null, null, null]);
  },
);

conforms(
  "https://redis.io/docs/latest/commands/exists/",
  "EXISTS counts a key as often as it is named",
  async () => {
    const key = await aKey();
    expect(await t.redis.exists(key, key, t.key())).toBe(2);
    expect(await t.redis.touch(key, t.key())).toBe(1);
  },
);

conforms("https://redis.io/docs/latest/commands/type/", "TYPE names what a key holds", async () => {
  const keys = Array.from({ length: 5 }, () => t.key());
  const [text = "", list = "", set = "", sorted = "", hash = ""] = keys;
  await t.redis.set(text, "x");
  await t.redis.rpush(list, "x");
  await t.redis.sadd(set, "x");
  await t.redis.zadd(sorted, { score: 1, member: "x" });
  await t.redis.hset(hash, { f: "x" });
  const types = await Promise.all([...keys, t.key()].map((key) => t.redis.type(key)));
  expect(types).toEqual(["string", "list", "set", "zset", "hash", "none"]);
});

conforms(TTL, "TTL and PTTL answer -2 for no key, and -1 for one that stays", async () => {
  const key = await aKey();
  expect([await t.redis.ttl(t.key()), await t.redis.pttl(t.key())]).toEqual([-2, -2]);
  expect([await t.redis.ttl(key), await t.redis.pttl(key)]).toEqual([-1, -1]);
});

conforms(EXPIRE, "EXPIRE and PEXPIRE give a time to live, PERSIST takes it", async () => {
  const key = await aKey();
  expect(await t.redis.expire(key, 100)).toBe(1);
  expect([99, 100]).toContain(await t.redis.ttl(key));
  expect(await t.redis.pexpire(key, 50_000)).toBe(1);
  expect(await t.redis.pttl(key)).toBeLessThanOrEqual(50_000);
  expect([await t.redis.persist(key), await t.redis.persist(key)]).toEqual([1, 0]);
  expect(await t.redis.ttl(key)).toBe(-1);
  expect(await t.redis.expire(t.key(), 100)).toBe(0);
});

conforms(EXPIRE, "a time that has passed deletes the key", async () => {
  const [a, b, c] = [await aKey(), await aKey(), await aKey()];
  expect(await t.redis.expire(a, -1)).toBe(1);
  expect(await t.redis.pexpire(b, 0)).toBe(1);
  expect(await t.redis.expireat(c, 1_000_000_000)).toBe(1);
  expect(await t.redis.exists(a, b, c)).toBe(0);
});

conforms(
  "https://redis.io/docs/latest/commands/expireat/",
  "EXPIREAT and PEXPIREAT take the time itself",
  async () => {
    const key = await aKey();
    const soon = Math.floor(Date.now() / 1_000) + 500;
    await t.redis.expireat(key, soon);
    expect(await t.redis.ttl(key)).toBeGreaterThan(300);
    await t.redis.pexpireat(key, soon * 1_000 + 500_000);
    expect(await t.redis.ttl(key)).toBeGreaterThan(800);
  },
);

conforms(EXPIRE, "NX, XX, GT and LT hold back what they say", async () => {
  const key = await aKey();
  expect(await t.redis.expire(key, 100, "XX")).toBe(0);
  expect(await t.redis.expire(key, 100, "GT")).toBe(0);
  expect(await t.redis.expire(key, 100, "NX")).toBe(1);
  expect(await t.redis.expire(key, 200, "NX")).toBe(0);
  expect(await t.redis.expire(key, 50, "GT")).toBe(0);
  expect(await t.redis.expire(key, 200, "LT")).toBe(0);
  expect(await t.redis.expire(key, 200, "GT")).toBe(1);
  expect(await t.redis.expire(key, 50, "LT")).toBe(1);
});

conforms(RENAME, "RENAME takes the place of what is there, with its time to live", async () => {
  const [from, to] = [t.key(), await aKey()];
  await t.redis.set(from, "moved", { ex: 100 });
  expect(await t.redis.rename(from, to)).toBe("OK");
  expect([await t.redis.get(to), await t.redis.exists(from)]).toEqual(["moved", 0]);
  expect(await t.redis.ttl(to)).toBeGreaterThan(0);
});

conforms("https://redis.io/docs/latest/commands/renamenx/", "RENAMENX leaves what is there", async () => {
  const [from, to] = [await aKey(), await aKey()];
  expect(await t.redis.renamenx(from, to)).toBe(0);
  expect(await t.redis.renamenx(from, t.key())).toBe(1);
});

conforms(SCAN, "a full scan finds each key that was there all the time, by pattern and by type", async () => {
  const prefix = t.key();
  const names = Array.from({ length: 25 }, (_, i) => `${prefix}:${i}`);
  for (const name of names) await t.redis.set(name, "x");
  await t.redis.rpush(`${prefix}:list`, "x");
  const found = new Set<string>();
  let cursor = "0";
  do {
    const [next, keys] = await t.redis.scan(cursor, { match: `${prefix}:*`, count: 7, type: "string" });
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== "0");
  expect([...found].sort()).toEqual(names.sort());
});

conforms.each(
  "https://redis.io/docs/latest/commands/keys/",
  [
    ["h?llo", ["hallo", "hello"]],
    ["h*llo", ["hallo", "heeello", "hello", "hllo"]],
    ["h[ae]llo", ["hallo", "hello"]],
    ["h[^e]llo", ["hallo"]],
    ["h[a-b]llo", ["hallo"]],
    ["h\\*llo", []],
  ] as const,
  ([pattern]) => `the pattern ${pattern}`,
  async ([pattern, expected]) => {
    const prefix = t.key();
    for (const name of ["hello", "hallo", "hllo", "heeello"]) await t.redis.set(`${prefix}:${name}`, "x");
    const found = await t.redis.keys(`${prefix}:${pattern}`);
    expect(found.map((key) => key.slice(prefix.length + 1)).sort()).toEqual(expected);
  },
);

conforms(
  "https://redis.io/docs/latest/commands/ping/",
  "PING, ECHO, TIME and DBSIZE answer for the server",
  async () => {
    await aKey();
    expect([await t.redis.ping(), await t.redis.echo("ho")]).toEqual(["PONG", "ho"]);
    expect((await t.ask("PING", "hi")).body).toEqual({ result: "hi" });
    expect(await t.redis.dbsize()).toBeGreaterThan(0);
    expect((await t.ask("TIME")).body).toEqual({
      result: [expect.stringMatching(/^\d{10}$/), expect.stringMatching(/^\d{1,6}$/)],
    });
  },
);

refuses(RENAME, "to rename what is not there", async () => {
  expect(await refusalOf(t.redis.rename(t.key(), t.key()))).toMatch(/^ERR no such key/);
  expect(await refusalOf(t.redis.renamenx(t.key(), t.key()))).toMatch(/^ERR no such key/);
});

refuses.each(
  EXPIRE,
  [
    [["soon"], /^ERR value is not an int/],
    [["1.5"], /^ERR value is not an int/],
    [["10", "NX", "XX"], /^ERR /],
    [["10", "GT", "LT"], /^ERR /],
    [["10", "NX", "GT"], /^ERR /],
    [["10", "ALWAYS"], /^ERR /],
    [["9223372036854775807"], /^ERR invalid expire time/],
  ] as const,
  ([words]) => `EXPIRE … ${words.join(" ")}`,
  async ([words, error]) => {
    const key = await aKey();
    expect((await t.ask("EXPIRE", key, ...words)).body).toEqual({ error: expect.stringMatching(error) });
    expect(await t.redis.ttl(key)).toBe(-1);
  },
);

refuses.each(
  SCAN,
  [
    [["here"], /^ERR invalid cursor/],
    [["0", "COUNT", "0"], /^ERR syntax error/],
    [["0", "COUNT", "many"], /^ERR value is not an int/],
    [["0", "MATCH"], /^ERR syntax error/],
    [["0", "BACKWARDS", "1"], /^ERR syntax error/],
  ] as const,
  ([words]) => `SCAN ${words.join(" ")}`,
  async ([words, error]) => {
    expect((await t.ask("SCAN", ...words)).body).toEqual({ error: expect.stringMatching(error) });
  },
);
