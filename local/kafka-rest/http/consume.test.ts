import { describe, expect, it } from "vitest";
import { type Message, sharedTestServer, startTestServer, until } from "../testing/test-server.ts";

// Shapes and rules: https://upstash.com/docs/kafka/rest/restconsumer#consume-api
describe("consume", () => {
  const EARLIEST = { "kafka-auto-offset-reset": "earliest" };
  const MANUAL = { ...EARLIEST, "kafka-enable-auto-commit": "false" };

  async function start() {
    let nowMs = 1_700_000_000_000;
    const server = await startTestServer({ clock: () => nowMs });
    await server.createTopic("cities", 4);
    await server.createTopic("words", 1);
    const consume = async (instance: string, body: unknown, headers: Record<string, string> = EARLIEST) => {
      const answer = await server.request("POST", `/consume/g/${instance}`, body, { headers });
      return answer.body as Message[];
    };
    const values = async (...args: Parameters<typeof consume>) =>
      (await consume(...args)).map(({ value }) => value);
    const committed = async (topic: string, partition: number) => {
      const { body } = await server.request("POST", "/committed/g/any", { topic, partition });
      return (body as { offset: number }[])[0]?.offset;
    };
    const advance = (ms: number) => {
      nowMs += ms;
    };
    return { ...server, consume, values, committed, advance };
  }
  const shared = sharedTestServer(async (server) => await server.createTopic("words", 1));
  const words = { topic: "words", timeout: 50 };

  it("hands out each record once, in order, from one topic or several", async () => {
    const { produce, values } = await start();
    await produce(["a", "b"].map((value) => ({ topic: "words", value })));
    expect(await values("i", words)).toEqual(["a", "b"]);
    expect(await values("i", words)).toEqual([]);
    await produce([
      { topic: "words", value: "c" },
      { topic: "cities", value: "d" },
    ]);
    expect((await values("i", { topics: ["words", "cities"], timeout: 50 })).sort()).toEqual(["c", "d"]);
  });

  it("waits for a record and wakes at once", async () => {
    const { produce, values, waiting } = await start();
    const waits = values("i", { topic: "words", timeout: 29_000 });
    await until(async () => (await waiting()) === 1);
    await produce({ topic: "words", value: "a" });
    expect(await waits).toEqual(["a"]);
  });

  it("starts at the end by default, and refuses to start without an offset when told none", async () => {
    const { produce, values, request } = await start();
    await produce({ topic: "words", value: "before" });
    expect(await values("i", words, {})).toEqual([]);
    await produce({ topic: "words", value: "after" });
    expect(await values("i", words, {})).toEqual(["after"]);
    const headers = { "kafka-auto-offset-reset": "none" };
    expect(await request("POST", "/consume/h/i", words, { headers })).toMatchObject({ status: 400 });
  });

  it("commits by itself once the interval is over, and not before", async () => {
    const { produce, values, committed, advance } = await start();
    await produce({ topic: "words", value: "a" });
    await values("i", words);
    expect(await committed("words", 0)).toBe(-1);
    advance(4_999);
    await values("i", words);
    expect(await committed("words", 0)).toBe(-1);
    advance(1);
    await values("i", words);
    expect(await committed("words", 0)).toBe(1);
  });

  it("leaves committing to the client where told so; an empty commit covers what was handed out", async () => {
    const { produce, values, committed, advance, request } = await start();
    await produce(["a", "b"].map((value) => ({ topic: "words", value })));
    await values("i", words, MANUAL);
    advance(60_000);
    await values("i", words, MANUAL);
    expect(await committed("words", 0)).toBe(-1);
    expect(await request("POST", "/commit/g/i")).toMatchObject({ status: 200, body: { result: "Success" } });
    expect(await committed("words", 0)).toBe(2);
  });

  it("shares partitions between instances, hands over on a change, and lists who has what", async () => {
    const { produce, values, request } = await start();
    const cities = { topic: "cities", timeout: 50 };
    await produce([0, 1, 2, 3].map((partition) => ({ topic: "cities", partition, value: `${partition}` })));
    expect(await values("a", cities)).toHaveLength(4);
    expect(await values("b", cities)).toEqual([]);
    expect((await request("GET", "/consumers")).body).toEqual([
      {
        name: "g",
        instances: [
          { name: "a", topics: [{ topic: "cities", partitions: [0, 1] }] },
          { name: "b", topics: [{ topic: "cities", partitions: [2, 3] }] },
        ],
      },
    ]);
    await produce([0, 3].map((partition) => ({ topic: "cities", partition, value: `new ${partition}` })));
    expect(await values("a", cities)).toEqual(["new 0"]);
    expect(await values("b", cities)).toEqual(["new 3"]);
    const removed = await request("POST", "/delete-consumer/g/b");
    expect(removed).toEqual({ status: 200, body: { result: "Success", status: 200 } });
    await produce({ topic: "cities", partition: 3, value: "newest 3" });
    expect(await values("a", cities)).toEqual(["newest 3"]);
  });

  it("ends a wait when the partitions go to another instance", async () => {
    const { produce, values, waiting } = await start();
    await produce({ topic: "cities", partition: 3, value: "v" });
    const cities = { topic: "cities", timeout: 29_000 };
    await values("b", cities);
    const waits = values("b", cities);
    await until(async () => (await waiting()) === 1);
    const joins = values("a", { ...cities, timeout: 50 });
    expect(await waits).toEqual([]);
    expect(await joins).toEqual([]);
  });

  it("removes an instance that has not been heard of for its session timeout", async () => {
    const { produce, values, advance, request, committed } = await start();
    await produce({ topic: "words", value: "a" });
    await values("i", words);
    advance(120_001);
    await until(async () => ((await request("GET", "/consumers")).body as unknown[]).length === 0);
    expect(await committed("words", 0)).toBe(1);
  });

  it("delivers again what a client that has gone was waiting for", async () => {
    const { produce, values, request, waiting } = await start();
    const client = new AbortController();
    const body = { topic: "words", timeout: 29_000 };
    const waits = request("POST", "/consume/g/i", body, { headers: EARLIEST, signal: client.signal });
    const outcome = waits.catch((error: Error) => error.name);
    await until(async () => (await waiting()) === 1);
    client.abort();
    await outcome;
    await until(async () => (await waiting()) === 0);
    await produce({ topic: "words", value: "a" });
    expect(await values("i", words)).toEqual(["a"]);
  });

  it("refuses a second request of an instance while one is under way", async () => {
    const { request, waiting, values } = await start();
    const waits = values("i", { topic: "words", timeout: 1_000 });
    await until(async () => (await waiting()) === 1);
    expect(await request("POST", "/consume/g/i", words)).toMatchObject({ status: 409 });
    expect(await waits).toEqual([]);
  });

  it("refuses more instances than there are partitions", async () => {
    const { request } = await start();
    const join = async (i: number) =>
      (await request("POST", `/consume/g/i${i}`, { ...words, timeout: 0 })).status;
    for (let i = 0; i < 5; i += 1) expect(await join(i)).toBe(200);
    expect(await join(5)).toBe(400);
    expect(await join(4)).toBe(200);
  });

  it.each([
    ["/consume/g/i", { topic: "nowhere" }, {}, 404, "unknown topic"],
    ["/consume/g/i", {}, {}, 400, "needs topic or topics"],
    ["/consume/g/i", { topics: Array(101).fill("words") }, {}, 400, "at most 100 topics"],
    ["/consume/g/i", { topic: "words", timeout: 30_001 }, {}, 400, "timeout must be"],
    ["/consume/g/i", words, { "kafka-enable-auto-commit": "maybe" }, 400, "Kafka-Enable-Auto-Commit"],
    ["/consume/g/i", words, { "kafka-auto-commit-interval": "0" }, 400, "Kafka-Auto-Commit-Interval"],
    ["/consume/g/i", words, { "kafka-auto-offset-reset": "now" }, 400, "Kafka-Auto-Offset-Reset"],
    ["/consume/g/i", words, { "kafka-session-timeout-ms": "1" }, 400, "Kafka-Session-Timeout-Ms"],
    ["/commit/g/unknown", undefined, {}, 404, "unknown consumer instance"],
    ["/delete-consumer/g/unknown", undefined, {}, 404, "unknown consumer instance"],
  ])("refuses %s with %j and %j", async (path, body, headers, status, error) => {
    const answer = await shared().request("POST", path, body, { headers });
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(error), status } });
  });
});
