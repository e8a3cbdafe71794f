import { describe, expect, it } from "vitest";
import { partitionOf } from "#shared/saga/partition.ts";
import { type Message, sharedTestServer, startTestServer, type TestServer } from "../testing/test-server.ts";

// Shapes: https://upstash.com/docs/kafka/rest/restproducer
describe("produce", () => {
  const nowMs = 1_700_000_000_000;
  async function prepare(server: TestServer) {
    await server.createTopic("cities", 4);
    await server.createTopic("words", 1);
  }
  async function start() {
    const server = await startTestServer({ clock: () => nowMs });
    await prepare(server);
    return server;
  }
  const shared = sharedTestServer(prepare, { clock: () => nowMs });

  it("answers an array of metadata in the order of the request, also for a single record", async () => {
    const { produce } = await start();
    expect(await produce({ topic: "words", value: "hello" })).toEqual({
      status: 200,
      body: [{ topic: "words", partition: 0, offset: 0, timestamp: nowMs }],
    });
    const answer = await produce([
      { topic: "cities", partition: 1, value: "Istanbul", timestamp: 1637745834744 },
      { topic: "words", value: "b" },
      { topic: "cities", partition: 1, value: "London" },
    ]);
    expect(answer.body).toEqual([
      { topic: "cities", partition: 1, offset: 0, timestamp: 1637745834744 },
      { topic: "words", partition: 0, offset: 1, timestamp: nowMs },
      { topic: "cities", partition: 1, offset: 1, timestamp: nowMs },
    ]);
  });

  it("places a key by hash, and records without a key in turn", async () => {
    const { produce } = await start();
    const keys = Array.from({ length: 20 }, (_, i) => `booking-${i}`);
    const keyed = await produce(keys.map((key) => ({ topic: "cities", key, value: "v" })));
    expect((keyed.body as Message[]).map(({ partition }) => partition)).toEqual(
      keys.map((key) => partitionOf(key, 4)),
    );
    const keyless = await produce(Array.from({ length: 5 }, () => ({ topic: "cities", value: "v" })));
    expect((keyless.body as Message[]).map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 0]);
  });

  it("keeps the order per partition, without gaps, under 50 producers at once", async () => {
    const { produce, fetch } = await start();
    const producer = async (p: number) => {
      for (let n = 0; n < 10; n += 1) {
        const values = [`${p}:${n}:0`, `${p}:${n}:1`];
        await produce(values.map((value) => ({ topic: "cities", partition: p % 2, value })));
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, p) => producer(p)));
    for (const partition of [0, 1]) {
      const messages = await fetch({ topic: "cities", partition, offset: 0 });
      expect(messages.map(({ offset }) => offset)).toEqual(Array.from({ length: 500 }, (_, i) => i));
      for (let p = partition; p < 50; p += 2) {
        const own = messages.map(({ value }) => value).filter((value) => value.startsWith(`${p}:`));
        expect(own).toEqual(Array.from({ length: 20 }, (_, i) => `${p}:${Math.floor(i / 2)}:${i % 2}`));
      }
    }
  });

  it("stores a lone surrogate as the replacement character, the same for every reader", async () => {
    const { request, fetch } = await start();
    await request("POST", "/produce/words", '{"value": "a\\ud800b"}');
    expect(await fetch({ topic: "words", partition: 0, offset: 0 })).toMatchObject([{ value: "a\ufffdb" }]);
  });

  it.each([
    ["an unknown topic", { topic: "nowhere", value: "v" }, 404, "unknown topic: nowhere"],
    ["a partition out of range", { topic: "cities", partition: 4, value: "v" }, 400, "from 0 to 3"],
    ["a negative partition", { topic: "cities", partition: -1, value: "v" }, 400, "from 0 to 3"],
    ["a partition that is no integer", { topic: "cities", partition: "1", value: "v" }, 400, "from 0 to 3"],
    ["no topic", { value: "v" }, 400, "topic must be a string"],
    ["no value", { topic: "cities" }, 400, "value must be a string"],
    ["a value that is no string", { topic: "cities", value: { a: 1 } }, 400, "value must be a string"],
    ["a key that is no string", { topic: "cities", key: 7, value: "v" }, 400, "key must be a string"],
    ["a record that is no object", ["cities"], 400, "a record must be an object"],
    ["headers that are no array", { topic: "cities", value: "v", headers: {} }, 400, "headers must be"],
    ["a bad header", { topic: "cities", value: "v", headers: [{ key: "k" }] }, 400, "header value"],
    ["a negative timestamp", { topic: "cities", value: "v", timestamp: -1 }, 400, "timestamp must be"],
    [
      "a far future timestamp",
      { topic: "cities", value: "v", timestamp: nowMs + 3_600_001 },
      400,
      "timestamp",
    ],
    ["a record over 1 MB", { topic: "cities", value: "é".repeat(524_289) }, 413, "at most 1048576 bytes"],
    [
      "101 headers",
      { topic: "cities", value: "", headers: Array(101).fill({ key: "", value: "" }) },
      400,
      "100",
    ],
    ["1,001 records", Array(1_001).fill({ topic: "cities", value: "" }), 400, "at most 1000 records"],
    ["no body", undefined, 400, "needs a JSON body"],
    ["a body that is no JSON", "{", 400, "not valid JSON"],
  ])("refuses %s", async (_, body, status, error) => {
    expect(await shared().produce(body)).toEqual({
      status,
      body: { error: expect.stringContaining(error), status },
    });
  });

  it("takes the largest record and the largest batch", async () => {
    const { produce } = await start();
    expect((await produce({ topic: "words", value: "x".repeat(1_048_576) })).status).toBe(200);
    expect((await produce(Array(1_000).fill({ topic: "words", value: "" }))).status).toBe(200);
  });

  it("stores nothing of a request with one bad record, and does not move the turn of the others", async () => {
    const { produce, request } = await start();
    const records = [{ topic: "cities", value: "a" }, { topic: "words", value: "b" }, { topic: "cities" }];
    expect((await produce(records)).status).toBe(400);
    const ends = await request("POST", "/offsets/latest", [
      { topic: "cities", partition: 0 },
      { topic: "words", partition: 0 },
    ]);
    expect(ends.body).toMatchObject([{ offset: 0 }, { offset: 0 }]);
    expect((await produce({ topic: "cities", value: "a" })).body).toMatchObject([
      { partition: 0, offset: 0 },
    ]);
  });
});
