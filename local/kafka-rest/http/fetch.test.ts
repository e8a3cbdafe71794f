import { describe, expect, it } from "vitest";
import { sharedTestServer, startTestServer, type TestServer, until } from "../testing/test-server.ts";

// Shapes: https://upstash.com/docs/kafka/rest/restconsumer#fetch-api
describe("fetch", () => {
  // Longer than a test may take: only a wake-up ends such a wait in time.
  const LONG_MS = 29_000;
  async function prepare(server: TestServer) {
    await server.createTopic("cities", 4);
    await server.createTopic("words", 1);
  }
  async function start(clock?: () => number) {
    const server = await startTestServer(clock ? { clock } : {});
    await prepare(server);
    return server;
  }
  const shared = sharedTestServer(prepare);
  const position = (topic: string, partition: number, offset: number) => ({ topic, partition, offset });

  it("answers whole records from the offset on", async () => {
    const { produce, fetch } = await start();
    const headers = [{ key: "traceparent", value: "00-ab" }];
    await produce([
      { topic: "words", value: "a" },
      { topic: "words", value: "b", key: "k", headers, timestamp: 5 },
    ]);
    expect(await fetch(position("words", 0, 1))).toEqual([
      { topic: "words", partition: 0, offset: 1, timestamp: 5, key: "k", value: "b", headers },
    ]);
    expect(await fetch(position("words", 0, 0))).toMatchObject([{ key: "", headers: [] }, { key: "k" }]);
  });

  it("takes several positions, alone or beside a single one, and answers from all of them", async () => {
    const { produce, fetch } = await start();
    await produce([
      { topic: "cities", partition: 1, value: "c1" },
      { topic: "cities", partition: 2, value: "c2" },
      { topic: "words", value: "w" },
    ]);
    const topicPartitionOffsets = [
      position("cities", 1, 0),
      position("cities", 2, 0),
      position("cities", 3, 0),
    ];
    const values = async (body: unknown) => (await fetch(body)).map(({ value }) => value).sort();
    expect(await values({ topicPartitionOffsets })).toEqual(["c1", "c2"]);
    expect(await values({ ...position("words", 0, 0), topicPartitionOffsets })).toEqual(["c1", "c2", "w"]);
  });

  it("waits until the timeout and answers nothing", async () => {
    const { fetch } = await start();
    const startedMs = performance.now();
    expect(await fetch({ ...position("words", 0, 0), timeout: 100 })).toEqual([]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99);
    expect(await fetch({ ...position("words", 0, 0), timeout: 0 })).toEqual([]);
  });

  it("wakes as soon as any of its partitions has a record", async () => {
    const { produce, fetch, waiting } = await start();
    const topicPartitionOffsets = [position("cities", 0, 0), position("words", 0, 0)];
    const startedMs = performance.now();
    const waits = fetch({ topicPartitionOffsets, timeout: LONG_MS });
    await until(async () => (await waiting()) === 1);
    await produce({ topic: "cities", partition: 1, value: "elsewhere" });
    expect(await waiting()).toBe(1);
    await produce({ topic: "words", value: "w" });
    expect(await waits).toMatchObject([{ topic: "words", offset: 0, value: "w" }]);
    expect(performance.now() - startedMs).toBeLessThan(LONG_MS / 2);
  });

  it("waits beyond the end until that offset is written", async () => {
    const { produce, fetch, waiting } = await start();
    const waits = fetch({ ...position("words", 0, 2), timeout: LONG_MS });
    await until(async () => (await waiting()) === 1);
    await produce([0, 1].map((n) => ({ topic: "words", value: `${n}` })));
    expect(await waiting()).toBe(1);
    await produce({ topic: "words", value: "2" });
    expect(await waits).toMatchObject([{ offset: 2, value: "2" }]);
  });

  it("wakes, of hundreds that wait on many topics each, only those that asked for the partition", async () => {
    const { createTopic, produce, fetch, waiting, store, close } = await start();
    for (let t = 0; t < 12; t += 1) await createTopic(`t${t}`, 8);
    // One fetch per partition and group, each over twelve topics, as the platform's consumers do.
    const fetches = Array.from({ length: 304 }, (_, i) => {
      const topicPartitionOffsets = Array.from({ length: 12 }, (_, t) => position(`t${t}`, i % 8, 0));
      return fetch({ topicPartitionOffsets, timeout: LONG_MS });
    });
    await until(async () => (await waiting()) === 304);
    expect(store.waiterCount()).toBe(304 * 12);
    await produce({ topic: "t5", partition: 3, value: "v" });
    const woken = await Promise.all(fetches.filter((_, i) => i % 8 === 3));
    expect(woken).toHaveLength(38);
    for (const messages of woken) expect(messages).toMatchObject([{ topic: "t5", partition: 3, offset: 0 }]);
    expect(await waiting()).toBe(266);
    expect(store.waiterCount()).toBe(266 * 12);
    await close();
    expect((await Promise.all(fetches)).filter((messages) => messages.length === 0)).toHaveLength(266);
  });

  it("forgets a client that has gone", async () => {
    const { fetch, waiting, store } = await start();
    const client = new AbortController();
    const topicPartitionOffsets = [0, 1, 2, 3].map((partition) => position("cities", partition, 0));
    const waits = fetch({ topicPartitionOffsets, timeout: LONG_MS }, client.signal);
    const outcome = waits.catch((error: Error) => error.name);
    await until(async () => (await waiting()) === 1);
    expect(store.waiterCount()).toBe(4);
    client.abort();
    expect(await outcome).toBe("AbortError");
    await until(async () => (await waiting()) === 0);
    expect(store.waiterCount()).toBe(0);
  });

  it("answers from the log start where retention has deleted the offset", async () => {
    let nowMs = 1_000_000;
    const { createTopic, produce, fetch, store } = await start(() => nowMs);
    await createTopic("short", 1, 1_000);
    await produce({ topic: "short", value: "old" });
    nowMs += 2_000;
    await produce({ topic: "short", value: "new" });
    await store.sweepRetention();
    expect(await fetch(position("short", 0, 0))).toMatchObject([{ offset: 1, value: "new" }]);
  });

  it("bounds an answer by records and by bytes, and starts at another position each time", async () => {
    const { produce, fetch } = await start();
    const batch = (topic: string, value: string) => Array.from({ length: 1_000 }, () => ({ topic, value }));
    await produce(batch("words", "w"));
    await produce({ topic: "words", value: "last" });
    expect(await fetch(position("words", 0, 0))).toHaveLength(1_000);
    expect(await fetch(position("words", 0, 1_000))).toMatchObject([{ value: "last" }]);

    await produce([1, 2, 3].map(() => ({ topic: "cities", partition: 0, value: "x".repeat(500_000) })));
    expect(await fetch(position("cities", 0, 0))).toHaveLength(2);

    const topicPartitionOffsets = [position("words", 0, 0), position("cities", 0, 0)];
    const first = await fetch({ topicPartitionOffsets });
    const second = await fetch({ topicPartitionOffsets });
    expect([first[0]?.topic, second[0]?.topic].sort()).toEqual(["cities", "words"]);
  });

  it.each([
    ["an unknown topic", position("nowhere", 0, 0), 404, "unknown topic: nowhere"],
    ["a partition out of range", position("cities", 4, 0), 400, "from 0 to 3"],
    ["a negative offset", position("cities", 0, -1), 400, "offset must be"],
    ["no offset", { topic: "cities", partition: 0 }, 400, "offset must be"],
    ["nothing to fetch", { timeout: 1 }, 400, "needs topic, partition and offset"],
    [
      "one partition twice",
      { topicPartitionOffsets: [position("words", 0, 0), position("words", 0, 1)] },
      400,
      "once",
    ],
    [
      "101 positions",
      { topicPartitionOffsets: Array(101).fill(position("words", 0, 0)) },
      400,
      "at most 100",
    ],
    ["a timeout over 30 s", { ...position("words", 0, 0), timeout: 30_001 }, 400, "from 0 to 30000"],
    ["a negative timeout", { ...position("words", 0, 0), timeout: -1 }, 400, "from 0 to 30000"],
    ["a body that is no object", [1], 400, "must be an object"],
  ])("refuses %s", async (_, body, status, error) => {
    const answer = await shared().request("POST", "/fetch", body);
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(error), status } });
  });
});
