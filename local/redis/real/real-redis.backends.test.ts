import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../http/refused.ts";
import { startFront } from "../testing.ts";

/** The front over a real server. What any Redis behind Upstash's API does is in test/conformance/redis/. */
const url = process.env.TEST_REDIS_URL ?? "";
const front = () => startFront({ redisUrl: url });
const key = () => `backends:${randomUUID()}`;

it.runIf(url === "")("needs TEST_REDIS_URL, the address of a Redis server", () => {
  expect.unreachable("TEST_REDIS_URL is not set");
});

describe.skipIf(url === "")("in front of a real Redis", () => {
  it("keeps bytes that are no text, on their way in and out", async () => {
    const { raw } = await front();
    const k = key();
    const bytes = Buffer.from([0, 0xff, 0xfe, 13, 10, 0x80]);
    expect((await raw("POST", `/set/${k}?EX=60`, { body: bytes })).body).toEqual({ result: "OK" });
    const base64 = await raw("GET", `/get/${k}`, { headers: { "Upstash-Encoding": "base64" } });
    expect(base64.body).toEqual({ result: bytes.toString("base64") });
    const resp2 = await raw("GET", `/get/${k}`, { headers: { "Upstash-Response-Format": "resp2" } });
    expect(resp2.bytes).toEqual(Buffer.concat([Buffer.from("$6\r\n"), bytes, Buffer.from("\r\n")]));
    expect((await raw("GET", `/strlen/${k}`)).body).toEqual({ result: bytes.length });
  });

  it("tells integers, texts and statuses apart, and loses none of 64 bits", async () => {
    const { ask, raw } = await front();
    const k = key();
    await ask("SET", k, "9223372036854775806", "EX", 60);
    expect((await raw("GET", `/incr/${k}`)).bytes.toString()).toBe('{"result":9223372036854775807}');
    expect((await raw("GET", `/get/${k}`)).bytes.toString()).toBe('{"result":"9223372036854775807"}');
    const headers = { "Upstash-Response-Format": "resp2" };
    expect((await raw("GET", `/type/${k}`, { headers })).bytes.toString()).toBe("+string\r\n");
    expect((await raw("GET", "/echo/OK", { headers })).bytes.toString()).toBe("$2\r\nOK\r\n");
  });

  it("answers a script's lists, with refusals among them", async () => {
    const { ask, raw } = await front();
    const script = "return {1, 'two', {3}, redis.error_reply('ERR four')}";
    expect(await ask("EVAL", script, 0)).toEqual([1, "two", [3], "ERR four"]);
    const headers = { "Upstash-Response-Format": "resp2" };
    const answer = await raw("POST", "/", { body: JSON.stringify(["EVAL", script, 0]), headers });
    expect(answer.bytes.toString()).toBe("*4\r\n:1\r\n$3\r\ntwo\r\n*1\r\n:3\r\n-ERR four\r\n");
  });

  it("lets nothing of another copy into a transaction", async () => {
    const [one, other] = [await front(), await front()];
    const k = key();
    const commands = JSON.stringify(Array(50).fill(["INCR", k]));
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const { body } = await (i % 2 ? one : other).raw("POST", "/multi-exec", { body: commands });
        await one.ask("INCR", k);
        return (body as { result: number }[]).map(({ result }) => result);
      }),
    );
    for (const [first = 0, ...rest] of answers) expect(rest).toEqual(rest.map((_, i) => first + i + 1));
    expect(await other.ask("GETDEL", k)).toBe(String(20 * 51));
  });

  it("refuses what harms a shared connection, alone, in a pipeline, and a transaction as a whole", async () => {
    const { ask, raw } = await front();
    const k = key();
    const refusal = expect.stringMatching(/^ERR Command is not available: '/);
    for (const words of [["subscribe", "c"], ["CONFIG", "GET", "*"], ["BLPOP", k, 0], ["QUIT"], ["MULTI"]])
      expect(await ask(...words), String(words[0])).toEqual(refusal);
    expect(await ask("XREAD", "COUNT", 1, "BLOCK", 0, "STREAMS", k, "$")).toEqual(refusal);
    expect(await ask("XREAD", "COUNT", 1, "STREAMS", k, "0")).toBeNull();
    const body = JSON.stringify([
      ["SET", k, "1", "EX", 60],
      ["SELECT", 1],
      ["GET", k],
    ]);
    const pipeline = await raw("POST", "/pipeline", { body });
    expect(pipeline.body).toEqual([{ result: "OK" }, { error: refusal }, { result: "1" }]);
    await ask("DEL", k);
    const transaction = await raw("POST", "/multi-exec", { body });
    expect([transaction.status, transaction.body]).toEqual([
      400,
      { error: "EXECABORT Transaction discarded because of previous errors." },
    ]);
    expect(await ask("GET", k)).toBeNull();
  });

  it("serves nothing that the server itself counts among the administrator's, or what blocks or keeps a state", async () => {
    const { ask } = await front();
    const categories = ["admin", "blocking", "connection", "transaction", "pubsub"];
    const listed = await Promise.all(
      categories.map((name) => ask("COMMAND", "LIST", "FILTERBY", "ACLCAT", name)),
    );
    const names = [...new Set((listed as string[][]).flat().map((name) => name.split("|")[0] ?? ""))];
    expect(names.length).toBeGreaterThan(50);
    const served = names.filter((name) => refusalOf([name]) === null);
    // They answer at once, and change nothing of the connection; XREAD is refused where it blocks.
    expect(served.sort()).toEqual([
      ...["command", "echo", "ping", "publish", "pubsub", "spublish", "xread", "xreadgroup"],
    ]);
  });
});
