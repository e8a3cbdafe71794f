import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { refusalOf, useRedis } from "./support/world.ts";

const t = useRedis();

const PIPELINE = "https://upstash.com/docs/redis/features/restapi#pipelining";
const TRANSACTION = "https://upstash.com/docs/redis/features/restapi#transactions";
const INSIDE =
  "https://redis.io/docs/latest/develop/using-commands/transactions/#errors-inside-a-transaction";

const NOT_AN_INTEGER = { error: expect.stringMatching(/^ERR value is not an int/) };

conforms(PIPELINE, "commands are run in order, and each gets its answer", async () => {
  const [key, set] = [t.key(), t.key()];
  const pipeline = t.redis.pipeline();
  pipeline.set(key, "1").incr(key).get(key).zadd(set, { score: 11, member: "a" }, { score: 22, member: "b" });
  expect(await pipeline.exec()).toEqual(["OK", 2, "2", 2]);
});

conforms(PIPELINE, "a command that fails takes its own answer alone", async () => {
  const [key, other] = [t.key(), t.key()];
  const body = [
    ["SET", key, "text"],
    ["INCR", key],
    ["ZADD", other, 11, "a", 22, "b"],
  ];
  const answer = await t.raw("POST", "/pipeline", { body });
  expect([answer.status, answer.body]).toEqual([200, [{ result: "OK" }, NOT_AN_INTEGER, { result: 2 }]]);
});

conforms(PIPELINE, "answers are in base64 on request", async () => {
  const headers = { "Upstash-Encoding": "base64" };
  const answer = await t.raw("POST", "/pipeline", {
    body: [
      ["ECHO", "bar"],
      ["GET", t.key()],
    ],
    headers,
  });
  expect(answer.body).toEqual([{ result: "YmFy" }, { result: null }]);
});

conforms(PIPELINE, "hundreds of commands are one request", async () => {
  const key = t.key();
  const pipeline = t.redis.pipeline();
  for (let i = 0; i < 300; i += 1) pipeline.incr(key);
  const answers = await pipeline.exec<number[]>();
  expect(answers).toHaveLength(300);
  expect(answers.at(-1)).toBe(300);
});

conforms(TRANSACTION, "commands are run together, and each gets its answer", async () => {
  const [key, other] = [t.key(), t.key()];
  const transaction = t.redis.multi();
  transaction.set(key, "valuex").setex(other, 13, "valuez").strlen(key);
  expect(await transaction.exec()).toEqual(["OK", "OK", 6]);
});

conforms(TRANSACTION, "transactions at once do not mix", async () => {
  const key = t.key();
  const round = async () => {
    const transaction = t.redis.multi();
    transaction.incr(key).incr(key).incr(key);
    const [first, second, third] = await transaction.exec<[number, number, number]>();
    return third - second === 1 && second - first === 1;
  };
  expect(await Promise.all(Array.from({ length: 10 }, round))).toEqual(Array(10).fill(true));
  expect(await t.redis.get(key)).toBe("30");
});

conforms(INSIDE, "a command that fails when it is run stops no other, and undoes none", async () => {
  const [key, other] = [t.key(), t.key()];
  const body = [
    ["SET", key, "text"],
    ["INCR", key],
    ["SET", other, "still"],
  ];
  const answer = await t.raw("POST", "/multi-exec", { body });
  expect([answer.status, answer.body]).toEqual([200, [{ result: "OK" }, NOT_AN_INTEGER, { result: "OK" }]]);
  expect(await t.redis.mget(key, other)).toEqual(["text", "still"]);
});

refuses(TRANSACTION, "a transaction with a command that there is not, as a whole", async () => {
  const key = t.key();
  const body = [
    ["SET", key, "x"],
    ["NOSUCHCOMMAND", key],
  ];
  const answer = await t.raw("POST", "/multi-exec", { body });
  expect([answer.status, answer.body]).toEqual([400, { error: expect.any(String) }]);
  expect(await t.redis.get(key)).toBeNull();
});

refuses(INSIDE, "a transaction with a wrong number of words, as a whole", async () => {
  const key = t.key();
  const answer = await t.raw("POST", "/multi-exec", { body: [["SET", key, "x"], ["GET"]] });
  expect([answer.status, answer.body]).toEqual([400, { error: expect.any(String) }]);
  expect(await t.redis.get(key)).toBeNull();
});

refuses(PIPELINE, "the client's pipeline names the command that failed", async () => {
  const key = t.key();
  const pipeline = t.redis.pipeline();
  pipeline.set(key, "text").incr(key);
  expect(await refusalOf(pipeline.exec())).toMatch(/Command 2 .*ERR value is not an int/);
});

refuses.each(
  PIPELINE,
  ["no JSON", "{}", "[]", '["GET","k"]', "[[]]"],
  (body) => `the body ${body} in place of a list of commands`,
  async (body) => {
    const answer = await t.raw("POST", "/pipeline", { body });
    expect([answer.status, answer.body]).toEqual([400, { error: expect.any(String) }]);
  },
);
