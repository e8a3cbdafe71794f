import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "../errors/problem.ts";
import type { LogFields, Logger } from "../observability/log.ts";
import * as commands from "./commands.ts";
import { lossy } from "./lossy.ts";
import { type Redis, type RedisVariables, redis } from "./redis.ts";

/** A server of HTTP that answers as a test says. What Redis does is for the conformance suite. */
let reply: { status: number; body: string } | "nothing" | "hang up";
let requests: { headers: IncomingMessage["headers"]; url: string | undefined; body: unknown }[];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  requests.push({
    headers: request.headers,
    url: request.url,
    body: JSON.parse(Buffer.concat(chunks).toString()),
  });
  if (reply === "hang up") request.socket.destroy();
  else if (reply !== "nothing") response.writeHead(reply.status).end(reply.body);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

let now: number;
let logged: { message: string; fields: LogFields }[];
const note = (message: string, fields: LogFields = {}) => void logged.push({ message, fields });
const logger: Logger = { info: note, warn: note, error: note };
let variables: RedisVariables;
/** By default no answer is too late, however busy the machine. */
const connect = (timeoutMs = 60_000): Redis =>
  redis(variables, { clock: () => now, random: () => 1, logger, timeoutMs });

beforeEach(() => {
  now = 0;
  logged = [];
  requests = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  variables = { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: "secret-token" };
});

const answers = (...results: unknown[]) => {
  reply = { status: 200, body: JSON.stringify(results.map((result) => ({ result }))) };
};

it("sends all commands in one request, and gives each its answer in our types", async () => {
  answers("1", [null, "b"], "OK", null, "OK", 2, 3, 1, "4.5", ["x", "4.5", "y", "-1"], []);
  const { get, mget, set, setIfAbsent, del, increment, expireIfEndless, addScore, topScores } = commands;
  expect(
    await connect().runAll([
      get("a"),
      mget(["a", "b"]),
      set("k", "v", 1_000),
      setIfAbsent("k", "v", 1_000),
      setIfAbsent("l", "v", 1_000),
      del(["k", "l"]),
      increment("n"),
      expireIfEndless("n", 500),
      addScore("z", "x", 1.5),
      topScores("z", 2),
      topScores("none", 2),
    ]),
  ).toEqual([
    "1",
    [null, "b"],
    undefined,
    false,
    true,
    2,
    3,
    undefined,
    4.5,
    [
      { member: "x", score: 4.5 },
      { member: "y", score: -1 },
    ],
    [],
  ]);
  expect(requests).toMatchObject([
    {
      url: "/pipeline",
      headers: { authorization: "Bearer secret-token" },
      body: [
        ["get", "a"],
        ["mget", "a", "b"],
        ["set", "k", "v", "px", 1_000],
        ["set", "k", "v", "nx", "px", 1_000],
        ["set", "l", "v", "nx", "px", 1_000],
        ["del", "k", "l"],
        ["incr", "n"],
        ["pexpire", "n", 500, "NX"],
        ["zincrby", "z", 1.5, "x"],
        ["zrange", "z", 0, 1, "rev", "withscores"],
        ["zrange", "none", 0, 1, "rev", "withscores"],
      ],
    },
  ]);
});

it("reports nothing of its use, and carries nothing from one answer to the next", async () => {
  answers("1");
  await connect().run(commands.get("a"));
  await connect().run(commands.get("a"));
  const names = requests.flatMap(({ headers }) => Object.keys(headers));
  expect(requests).toHaveLength(2);
  expect(names.filter((name) => /telemetry|sync-token/.test(name))).toEqual([]);
});

it("takes a hundred commands, and no more", async () => {
  answers(...Array(100).fill(null));
  const many = Array.from({ length: 100 }, () => commands.get("a"));
  expect(await connect().runAll(many)).toHaveLength(100);
  await expect(connect().runAll([...many, commands.get("a")])).rejects.toThrow(RangeError);
  await expect(lossy(connect()).runAll([...many, commands.get("a")])).rejects.toThrow(RangeError);
  expect(await connect().runAll([])).toEqual([]);
  expect(requests).toHaveLength(1);
});

describe("when Redis does not answer", () => {
  it.each<[what: string, answer: typeof reply]>([
    ["hangs up", "hang up"],
    ["fails", { status: 500, body: "<html>" }],
    ["refuses the token", { status: 401, body: '{"error":"WRONGPASS invalid token"}' }],
    ["refuses a command", { status: 200, body: '[{"error":"WRONGTYPE wrong kind of value"}]' }],
    ["answers with something else", { status: 200, body: '[{"result":{}}]' }],
    ["answers no JSON", { status: 200, body: "hello" }],
  ])("asks once when it %s, then not before the cool-down is over", async (_what, answer) => {
    reply = answer;
    const strict = connect();
    await expect(strict.run(commands.get("a"))).rejects.toThrow(Unavailable);
    await expect(strict.run(commands.get("a"))).rejects.toThrow(Unavailable);
    now += 1_999;
    expect(await lossy(strict).run(commands.get("a"))).toBeNull();
    expect(requests).toHaveLength(1);
    now += 1;
    answers("back");
    expect(await strict.run(commands.get("a"))).toBe("back");
    expect(logged.map(({ message }) => message)).toEqual(["redis is unavailable", "redis answers again"]);
  });

  it("waits no longer than it may for one that hangs, and then asks it nothing", async () => {
    reply = "nothing";
    const strict = connect(100);
    await expect(strict.run(commands.get("a"))).rejects.toThrow(Unavailable);
    expect(await lossy(strict).run(commands.get("a"))).toBeNull();
    expect(requests.length).toBeLessThanOrEqual(1);
    expect(logged).toMatchObject([{ fields: { error: expect.stringContaining("TimeoutError") } }]);
  });

  it("does not answer with what it lacks: reads find nothing, and nobody knows whether a write was made", async () => {
    reply = { status: 503, body: '{"error":"busy"}' };
    const { get, mget, set, setIfAbsent, del, increment, addScore, topScores } = commands;
    expect(
      await lossy(connect()).runAll([
        get("a"),
        mget(["a", "b"]),
        set("k", "v", 1),
        setIfAbsent("k", "v", 1),
        del(["k"]),
        increment("n"),
        addScore("z", "x", 1),
        topScores("z", 2),
      ]),
    ).toEqual([null, [null, null], undefined, null, null, null, null, []]);
  });

  it("logs no key and no value", async () => {
    reply = { status: 400, body: '{"error":"ERR syntax error"}' };
    const failing = connect().run(commands.set("key-of-a-person", "value-of-a-person", 1));
    const error = await failing.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Unavailable);
    expect(String(error.cause)).toContain("ERR syntax error");
    expect(JSON.stringify([logged, String(error), String(error.cause)])).not.toContain("of-a-person");
  });
});

it("is unavailable, and lossily empty, where none is configured", async () => {
  variables = {};
  await expect(connect().run(commands.get("a"))).rejects.toThrow(Unavailable);
  await expect(connect().runAll([commands.get("a")])).rejects.toThrow(Unavailable);
  expect(await lossy(connect()).run(commands.get("a"))).toBeNull();
  expect(logged).toEqual([]);
});
