import { afterEach, beforeEach, expect, it } from "vitest";
import { type RedisRest, startRedisRest } from "./server.ts";

/*
 * What a test of the wire cannot bring about on a real server: time that jumps, memory that is nearly full. All else is
 * in test/conformance/redis/.
 */
const TOKEN = "token";
let now: number;
let server: RedisRest;
let logged: string[];

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  logged = [];
  server = await startRedisRest({
    port: 0,
    token: TOKEN,
    clock: () => now,
    maxMemoryBytes: 3_000,
    log: (event) => void logged.push(event),
  });
});
afterEach(() => server.close());

const ask = async (...words: (string | number)[]): Promise<unknown> => {
  const response = await fetch(`http://127.0.0.1:${server.port}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(words),
  });
  const body = (await response.json()) as { result?: unknown; error?: string };
  return body.error ?? body.result;
};

it("forgets a key at its time, and not before", async () => {
  await ask("SET", "k", "v", "PX", 1_000);
  now += 999;
  expect(await ask("GET", "k")).toBe("v");
  expect(await ask("PTTL", "k")).toBe(1);
  now += 1;
  expect(await ask("GET", "k")).toBeNull();
  expect(await ask("PTTL", "k")).toBe(-2);
  expect(await ask("DBSIZE")).toBe(0);
});

it("makes a key anew where an expired one lay", async () => {
  await ask("RPUSH", "k", "a");
  await ask("EXPIRE", "k", 1);
  now += 1_000;
  expect(await ask("RPUSH", "k", "b")).toBe(1);
  expect(await ask("TTL", "k")).toBe(-1);
  await ask("SET", "text", "old", "EX", 1);
  now += 1_000;
  expect(await ask("SET", "text", "new", "XX")).toBeNull();
  expect(await ask("SET", "text", "new", "NX")).toBe("OK");
});

const OOM = "OOM command not allowed when used memory > 'maxmemory'.";

it("stores nothing more when memory is full, and goes on serving", async () => {
  expect(await ask("SET", "big", "x".repeat(3_000))).toBe("OK");
  expect(await ask("SET", "more", "x")).toBe(OOM);
  expect(await ask("ZADD", "more", 1, "x")).toBe(OOM);
  expect(await ask("STRLEN", "big")).toBe(3_000);
  expect(await ask("DEL", "big")).toBe(1);
  expect(await ask("SET", "more", "x")).toBe("OK");
});

it.each<[type: string, fill: (string | number)[], empty: (string | number)[]]>([
  ["strings", ["SET", "k", "x".repeat(3_000)], ["GETDEL", "k"]],
  ["hashes", ["HSET", "k", "f", "x".repeat(3_000)], ["HDEL", "k", "f"]],
  ["lists", ["RPUSH", "k", "x".repeat(3_000)], ["LPOP", "k"]],
  ["sets", ["SADD", "k", "x".repeat(3_000)], ["SREM", "k", "x".repeat(3_000)]],
  ["sorted sets", ["ZADD", "k", 1, "x".repeat(3_000)], ["ZPOPMIN", "k"]],
  ["keys that are renamed over others", ["SET", "k", "x".repeat(3_000)], ["RENAME", "small", "k"]],
  ["keys that are flushed", ["SET", "k", "x".repeat(3_000)], ["FLUSHDB"]],
])("counts what %s take, and what they give back", async (_type, fill, empty) => {
  await ask("SET", "small", "");
  for (let round = 0; round < 3; round += 1) {
    expect(await ask(...fill)).not.toBe(OOM);
    expect(await ask("SET", "small", "")).toBe(OOM);
    await ask(...empty);
    expect(await ask("SET", "small", "")).toBe("OK");
  }
});

it("counts what expired keys give back, though nobody asks for them", async () => {
  await ask("SET", "k", "x".repeat(3_000), "PX", 1_000);
  expect(await ask("SET", "more", "x")).toBe(OOM);
  now += 1_000;
  expect(await ask("SET", "more", "x")).toBe("OK");
});

it("refuses what would harm a connection that is shared, in letters of any case", async () => {
  expect(await ask("Subscribe", "c")).toMatch(/^ERR Command is not available: 'SUBSCRIBE'\. See https:/);
  expect(await ask("XREAD", "block", 0, "STREAMS", "block", "$")).toMatch(
    /^ERR Command is not available: 'XREAD'/,
  );
  expect(await ask("XREAD", "STREAMS", "block", "$")).toMatch(
    /^ERR unknown command 'XREAD', with args beginning with: 'STREAMS' 'block' '\$' $/,
  );
  expect(await ask("ECHO", "SUBSCRIBE")).toBe("SUBSCRIBE");
});

it("answers health without a token, and takes no part of a body for an answer", async () => {
  expect((await fetch(`http://127.0.0.1:${server.port}/health`)).status).toBe(200);
  const tooLong = await fetch(`http://127.0.0.1:${server.port}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: " ".repeat(10 * 1024 * 1024 + 1),
  });
  expect([tooLong.status, await tooLong.json()]).toEqual([400, { error: "ERR max request size exceeded" }]);
  expect(logged).toEqual([]);
});
