import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Front, startFront } from "../testing.ts";

/**
 * The same commands to the memory and to a real server get the same answers, errors to the letter. What is known to
 * differ is in the README ("Differences from the real server"), and left out of what is generated here.
 */
const url = process.env.TEST_REDIS_URL ?? "";

const SEED = 20_261_126;
const RUNS = 1_500;

type Word = string;
type Generated = fc.Arbitrary<Word[]>;

const key = fc.constantFrom("k1", "k2", "k3");
const member = fc.constantFrom("a", "b", "c", "Ωd", "", "10", "9");
const text = fc.constantFrom(
  "",
  "a",
  "10",
  "-3",
  "1.5",
  "3.0e3",
  " 1",
  "Grüße",
  "9223372036854775807",
  "01",
  "-0",
);
const index = fc.constantFrom("0", "1", "2", "-1", "-2", "-100", "100", "x", "1.5");
const number = fc.constantFrom("1", "-1", "5", "0", "x", "1.5", "9223372036854775807", "", "+1", "1e2");
const score = fc.constantFrom(
  "1",
  "-1",
  "2.5",
  "0",
  "inf",
  "-inf",
  "nan",
  "x",
  "3e2",
  "1e400",
  "0x10",
  ".5",
  "5.",
);
const bound = fc.oneof(score, fc.constantFrom("(1", "(2.5", "(", "+inf", "(inf"));
const seconds = fc.constantFrom("1000", "2000", "0", "-1", "x", "9223372036854775807", "1.5");
const expiry = fc.constantFrom("NX", "XX", "GT", "LT", "nx", "SOON");
const option = fc.oneof(
  fc.tuple(fc.constantFrom("EX", "PX", "ex"), fc.constantFrom("1000", "1000000", "0", "-5", "x")),
  fc.constantFrom("NX", "XX", "GET", "KEEPTTL", "nx", "PERSIST", "WHAT").map((word) => [word]),
);

/** A command with so many of each in turn. */
const command = (name: string, ...args: (fc.Arbitrary<Word> | fc.Arbitrary<Word[]>)[]): Generated =>
  fc.tuple(...args).map((words) => [name, ...words.flat()]);
const some = (word: fc.Arbitrary<Word>, max = 3): Generated => fc.array(word, { maxLength: max });
const options = (max = 2): Generated => fc.array(option, { maxLength: max }).map((all) => all.flat());
const flags = (...words: string[]): Generated => fc.subarray(words, { maxLength: Math.min(3, words.length) });
const pairsOf = (one: fc.Arbitrary<Word>, other: fc.Arbitrary<Word>): Generated =>
  fc.array(fc.tuple(one, other), { maxLength: 3 }).map((all) => all.flat());

const strings = fc.oneof(
  command("SET", key, text, options()),
  command("GET", key),
  command("GETEX", key, options()),
  command("GETDEL", key),
  command("GETSET", key, text),
  command("SETNX", key, text),
  command("SETEX", key, seconds, text),
  command("APPEND", key, text),
  command("STRLEN", key),
  command("GETRANGE", key, index, index),
  command("INCR", key),
  command("DECR", key),
  command("INCRBY", key, number),
  command("DECRBY", key, number),
  // A key of its own: beyond 2 ** 53 the two differ.
  command("SET", fc.constant("k4"), fc.constantFrom("1", "10.50", "3.0e3", "x", "")),
  command(
    "INCRBYFLOAT",
    fc.constant("k4"),
    fc.constantFrom("0.25", "-1.5", "1e2", "x", "", "nan", "inf", "3"),
  ),
  command("MGET", some(key)),
  command("MSET", pairsOf(key, text)),
  command("MSETNX", pairsOf(key, text)),
);
const keys = fc.oneof(
  command("DEL", some(key)),
  command("EXISTS", some(key)),
  command("TYPE", key),
  command("TTL", key),
  command("PERSIST", key),
  command("EXPIRE", key, seconds, some(expiry, 2)),
  command("PEXPIRE", key, fc.constantFrom("1000000", "x", "2000000"), some(expiry, 1)),
  command("RENAME", key, key),
  command("RENAMENX", key, key),
  command("TOUCH", some(key)),
);
const hashes = fc.oneof(
  command("HSET", key, pairsOf(member, text)),
  command("HGET", key, member),
  command("HMGET", key, some(member)),
  command("HDEL", key, some(member)),
  command("HGETALL", key),
  command("HINCRBY", key, member, number),
  command("HLEN", key),
  command("HEXISTS", key, member),
  command("HSETNX", key, member, text),
  command("HMSET", key, pairsOf(member, text)),
);
const lists = fc.oneof(
  command("RPUSH", key, some(member)),
  command("LPUSH", key, some(member)),
  command("RPUSHX", key, some(member)),
  command("LPOP", key, some(index, 1)),
  command("RPOP", key, some(index, 1)),
  command("LRANGE", key, index, index),
  command("LINDEX", key, index),
  command("LSET", key, index, text),
  command("LREM", key, index, member),
  command("LTRIM", key, index, index),
  command("LLEN", key),
);
const sets = fc.oneof(
  command("SADD", key, some(member)),
  command("SREM", key, some(member)),
  command("SISMEMBER", key, member),
  command("SMISMEMBER", key, some(member)),
  command("SMEMBERS", key),
  command("SCARD", key),
  command("SINTER", some(key)),
  command("SUNION", some(key)),
  command("SDIFF", some(key)),
);
const limit = fc.oneof(
  fc.constant<Word[]>([]),
  fc.tuple(index, index).map((ends): Word[] => ["LIMIT", ...ends]),
);
const sortedSets = fc.oneof(
  command("ZADD", key, flags("NX", "XX", "GT", "LT", "CH", "INCR"), pairsOf(score, member)),
  command("ZINCRBY", key, score, member),
  command("ZSCORE", key, member),
  command("ZMSCORE", key, some(member)),
  command("ZRANK", key, member),
  command("ZREVRANK", key, member),
  command("ZCARD", key),
  command("ZCOUNT", key, bound, bound),
  command("ZREM", key, some(member)),
  command("ZRANGE", key, bound, bound, flags("BYSCORE", "REV", "WITHSCORES"), limit),
  command("ZRANGE", key, index, index, flags("REV", "WITHSCORES")),
  command("ZREVRANGE", key, index, index, flags("WITHSCORES")),
  command("ZRANGEBYSCORE", key, bound, bound, flags("WITHSCORES"), limit),
  command("ZREVRANGEBYSCORE", key, bound, bound, flags("WITHSCORES"), limit),
  command("ZPOPMIN", key, some(index, 1)),
  command("ZPOPMAX", key, some(index, 1)),
  command("ZREMRANGEBYRANK", key, index, index),
  command("ZREMRANGEBYSCORE", key, bound, bound),
);
const others = fc.oneof(
  command("PING", some(text, 2)),
  command("ECHO", some(text, 2)),
  command("NOSUCH", some(text)),
);
const anything = fc.oneof(
  ...[strings, keys, hashes, lists, sets, sortedSets].map((arbitrary) => ({ weight: 10, arbitrary })),
  { weight: 1, arbitrary: others },
);

/** Their order is nobody's promise. */
const UNORDERED = new Set(["SMEMBERS", "SINTER", "SUNION", "SDIFF"]);
const KEYS = new Set(["k1", "k2", "k3", "k4"]);

async function answersOf(front: Front, commands: Word[][], prefix: string): Promise<unknown[]> {
  const named = commands.map((words) =>
    words.map((word, i) => (i > 0 && KEYS.has(word) ? prefix + word : word)),
  );
  const { body } = await front.raw("POST", "/pipeline", { body: JSON.stringify(named) });
  return (body as { result?: unknown; error?: string }[]).map(({ result, error }, i) => {
    const name = commands[i]?.[0] ?? "";
    if (error !== undefined) return error;
    // The two do not look at their clocks at once.
    if (name === "TTL") return Math.round(Number(result) / 10);
    return UNORDERED.has(name) && Array.isArray(result) ? result.sort() : result;
  });
}

it.runIf(url === "")("needs TEST_REDIS_URL, the address of a Redis server", () => {
  expect.unreachable("TEST_REDIS_URL is not set");
});

it.skipIf(url === "")("answers from memory as a real Redis does", async () => {
  const [memory, real] = [await startFront({}), await startFront({ redisUrl: url })];
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 25 }), async (commands) => {
      const prefix = `differences:${randomUUID()}:`;
      const expected = await answersOf(real, commands, prefix);
      const clean = JSON.stringify(["DEL", ...[...KEYS].map((name) => prefix + name)]);
      await real.raw("POST", "/", { body: clean });
      const actual = await answersOf(memory, commands, prefix);
      const difference = commands
        .map((words, i) => ({ command: words.join(" "), memory: actual[i], real: expected[i] }))
        .filter(({ memory, real }) => JSON.stringify(memory) !== JSON.stringify(real));
      expect(difference).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
