import { describe, expect, it } from "vitest";
import { freePort } from "../../shared/free-port.ts";
import { ANSWER_LIMIT_MS, WAIT_FOR_CONNECTION_MS } from "../limits.ts";
import { type Front, startFront, startOwnRedis } from "../testing.ts";

/** What the front does while its server is away; each test has a server of its own, which it kills or stops. */
const binary = process.env.TEST_REDIS_SERVER ?? "";

it.runIf(binary === "")("needs TEST_REDIS_SERVER, the path of a redis-server", () => {
  expect.unreachable("TEST_REDIS_SERVER is not set");
});

/** A busy machine is late. */
const SLACK_MS = 3_000;
const AWAY = expect.stringMatching(/^ERR the Redis server does not answer: /);

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  return { value: await work, ms: performance.now() - start };
}

const health = async (front: Front) => (await front.raw("GET", "/health")).status;

describe.skipIf(binary === "")("when the server behind", () => {
  it("is killed, says so in time and in Upstash's form, and goes on when it is back", async () => {
    const redis = await startOwnRedis(binary, await freePort());
    const logged: string[] = [];
    const front = await startFront({ redisUrl: redis.url, log: (event) => void logged.push(event) });
    expect([await front.ask("SET", "k", "v"), await health(front)]).toEqual(["OK", 200]);
    const underWay = Array.from({ length: 200 }, () => timed(front.ask("INCR", "n")));
    await redis.signal("SIGKILL");
    for (const { value, ms } of await Promise.all(underWay)) {
      expect(typeof value === "number" ? "counted" : value).toEqual(
        expect.stringMatching(/^(counted|ERR the Redis server does not answer: .*)$/),
      );
      expect(ms).toBeLessThan(ANSWER_LIMIT_MS + WAIT_FOR_CONNECTION_MS + SLACK_MS);
    }
    const { value, ms } = await timed(front.raw("POST", "/", { body: '["SET","late","x"]' }));
    expect([value.status, value.body]).toEqual([503, { error: AWAY }]);
    expect(ms).toBeLessThan(WAIT_FOR_CONNECTION_MS + SLACK_MS);
    const transaction = await front.raw("POST", "/multi-exec", { body: '[["SET","late","x"]]' });
    expect([transaction.status, await health(front)]).toEqual([503, 503]);

    await redis.restart();
    await expect.poll(() => health(front)).toBe(200);
    // What was refused was not kept to be sent later.
    expect([await front.ask("GET", "late"), await front.ask("SET", "k", "v2")]).toEqual([null, "OK"]);
    await expect
      .poll(async () => (await front.raw("POST", "/multi-exec", { body: '[["GET","k"]]' })).body)
      .toEqual([{ result: "v2" }]);
    expect(logged).toEqual(["redis-away", "redis-back"]);
  });

  it("hangs, answers in time all the same, and goes on when it moves again", async () => {
    const redis = await startOwnRedis(binary, await freePort());
    const front = await startFront({ redisUrl: redis.url });
    expect(await front.ask("SET", "k", "v")).toBe("OK");
    await redis.signal("SIGSTOP");
    const { value, ms } = await timed(front.raw("GET", "/get/k"));
    expect([value.status, value.body]).toEqual([503, { error: AWAY }]);
    expect(ms).toBeLessThan(ANSWER_LIMIT_MS + SLACK_MS);
    expect(await health(front)).toBe(503);
    await redis.signal("SIGCONT");
    await expect.poll(() => health(front)).toBe(200);
    expect(await front.ask("GET", "k")).toBe("v");
  });

  it("hangs, takes no more than a limited number of commands in wait for it", async () => {
    const redis = await startOwnRedis(binary, await freePort());
    const front = await startFront({ redisUrl: redis.url });
    expect(await front.ask("SET", "k", "v")).toBe("OK");
    await redis.signal("SIGSTOP");
    const body = JSON.stringify(Array(1_000).fill(["INCR", "n"]));
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => front.raw("POST", "/pipeline", { body })),
    );
    const errors = answers.map(({ body }) => (body as { error: string }).error);
    expect(errors.filter((error) => error.includes("too many commands wait"))).toHaveLength(5);
    await redis.signal("SIGCONT");
    await expect.poll(() => health(front)).toBe(200);
    const again = await front.raw("POST", "/pipeline", { body });
    expect(again.status).toBe(200);
  });

  it("is not there yet, waits for it", async () => {
    const port = await freePort();
    const front = await startFront({ redisUrl: `redis://127.0.0.1:${port}` });
    expect([await health(front), await front.ask("PING")]).toEqual([503, AWAY]);
    await startOwnRedis(binary, port);
    await expect.poll(() => health(front)).toBe(200);
    expect(await front.ask("PING")).toBe("PONG");
  });

  it("knows the user not, is down, and the log does not say which was given", async () => {
    const redis = await startOwnRedis(binary, await freePort());
    const logged: unknown[] = [];
    const withPassword = redis.url.replace("//", "//nobody:guess-of-somebody@");
    const front = await startFront({ redisUrl: withPassword, log: (...line) => void logged.push(line) });
    expect(await health(front)).toBe(503);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain("guess-of-somebody");
  });
});
