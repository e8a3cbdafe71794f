import { describe, expect, it } from "vitest";
import { RETENTION_MS, sharedTestServer, startTestServer, type TestServer } from "../testing/test-server.ts";

// Shapes: https://upstash.com/docs/kafka/rest/restmetadata
describe("metadata", () => {
  async function prepare(server: TestServer) {
    await server.createTopic("cities", 3);
    await server.createTopic("words", 1);
  }
  async function start() {
    const server = await startTestServer();
    await prepare(server);
    return server;
  }
  const shared = sharedTestServer(prepare);
  const at = (topic: string, partition: number, offset: number) => ({ topic, partition, offset });

  it("finds offsets by time and by either end, for one partition or several", async () => {
    const { request, produce } = await start();
    await produce([1_000, 2_000, 3_000].map((timestamp) => ({ topic: "words", value: "v", timestamp })));
    const words = { topic: "words", partition: 0 };
    const offsets = async (spec: string, body: unknown) =>
      (await request("POST", `/offsets/${spec}`, body)).body;
    expect(await offsets("earliest", words)).toEqual([at("words", 0, 0)]);
    expect(await offsets("latest?timeout=1000", words)).toEqual([at("words", 0, 3)]);
    expect(await offsets("1001", words)).toEqual([at("words", 0, 1)]);
    expect(await offsets("9999", [words, { topic: "cities", partition: 2 }])).toEqual([
      at("words", 0, 3),
      at("cities", 2, 0),
    ]);
  });

  it.each([
    ["/offsets/yesterday", { topic: "words", partition: 0 }, 400, "earliest, latest or epoch"],
    ["/offsets/-5", { topic: "words", partition: 0 }, 400, "earliest, latest or epoch"],
    ["/offsets/latest", undefined, 400, "needs a JSON body"],
    ["/offsets/latest", { topic: "nowhere", partition: 0 }, 404, "unknown topic"],
    ["/offsets/latest", { topic: "words", partition: 1 }, 400, "from 0 to 0"],
    ["/offsets/latest?timeout=soon", { topic: "words", partition: 0 }, 400, "timeout must be"],
    ["/offsets/latest", Array(101).fill({ topic: "words", partition: 0 }), 400, "at most 100"],
    ["/committed/g/i", { topic: "words" }, 400, "partition of topic words"],
    [`/committed/${"g".repeat(256)}/i`, { topic: "words", partition: 0 }, 400, "1 to 255 characters"],
  ])("refuses %s with %j", async (path, body, status, error) => {
    const answer = await shared().request("POST", path, body);
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(error), status } });
  });

  it("commits offsets and lists them; -1 where nothing was committed", async () => {
    const { request } = await start();
    const one = await request("POST", "/commit/g/i", at("words", 0, 19));
    expect(one).toEqual({ status: 200, body: { result: "Success", status: 200 } });
    await request("POST", "/commit/g/other-instance", [at("cities", 0, 13), at("cities", 1, 37)]);
    const asked = [
      { topic: "cities", partition: 1 },
      { topic: "words", partition: 0 },
      { topic: "cities", partition: 2 },
    ];
    const { body } = await request("POST", "/committed/g/i", asked);
    expect(body).toEqual([at("cities", 1, 37), at("words", 0, 19), at("cities", 2, -1)]);
    expect((await request("POST", "/committed/h/i", asked[0])).body).toEqual([at("cities", 1, -1)]);
  });

  it.each([
    ["a negative offset", [at("words", 0, -1)], 400, "offset must be"],
    ["an unknown topic", [at("nowhere", 0, 1)], 404, "unknown topic"],
    ["one partition twice", [at("words", 0, 1), at("words", 0, 2)], 400, "more than once"],
    ["101 offsets", Array(101).fill(at("words", 0, 1)), 400, "at most 100"],
  ])("refuses to commit %s", async (_, body, status, error) => {
    const answer = await shared().request("POST", "/commit/g/i", body);
    expect(answer).toEqual({ status, body: { error: expect.stringContaining(error), status } });
  });

  it("tells the lag of a group where it has committed", async () => {
    const { request, produce } = await start();
    await produce([1, 2, 3].map(() => ({ topic: "words", value: "v" })));
    await request("POST", "/commit/g/i", [at("words", 0, 1), at("cities", 0, 5)]);
    expect((await request("GET", "/admin/lag/g")).body).toEqual([
      { topic: "words", partition: 0, end: 3, committed: 1, lag: 2 },
      { topic: "cities", partition: 0, end: 0, committed: 5, lag: 0 },
    ]);
    expect((await request("GET", "/admin/lag/unknown")).body).toEqual([]);
  });

  it("creates topics again without effect, and refuses another partition count", async () => {
    const { request, produce } = await start();
    await produce({ topic: "words", value: "v" });
    const topic = { name: "words", partitions: 1, retentionMs: RETENTION_MS };
    expect(await request("PUT", "/admin/topics", [topic])).toEqual({ status: 200, body: [topic] });
    expect((await request("POST", "/offsets/latest", { topic: "words", partition: 0 })).body).toEqual([
      at("words", 0, 1),
    ]);
    const fresh = { ...topic, name: "fresh" };
    const conflict = await request("PUT", "/admin/topics", [fresh, { ...topic, partitions: 2 }]);
    expect(conflict).toMatchObject({
      status: 409,
      body: { status: 409, error: expect.stringContaining("words") },
    });
    expect((await request("GET", "/topics")).body).toEqual({ cities: 3, words: 1 });
  });

  it.each([
    ["a bad name", { name: "a b", partitions: 1, retentionMs: RETENTION_MS }, "not a topic name"],
    ["the name ..", { name: "..", partitions: 1, retentionMs: RETENTION_MS }, "not a topic name"],
    ["a long name", { name: "a".repeat(250), partitions: 1, retentionMs: RETENTION_MS }, "not a topic name"],
    ["no partitions", { name: "a", partitions: 0, retentionMs: RETENTION_MS }, "from 1 to 64"],
    ["65 partitions", { name: "a", partitions: 65, retentionMs: RETENTION_MS }, "from 1 to 64"],
    ["no retention", { name: "a", partitions: 1 }, "retentionMs must be"],
    ["a retention under 1 s", { name: "a", partitions: 1, retentionMs: 999 }, "retentionMs must be"],
  ])("refuses a topic with %s", async (_, topic, error) => {
    const answer = await shared().request("PUT", "/admin/topics", [topic]);
    expect(answer).toEqual({ status: 400, body: { error: expect.stringContaining(error), status: 400 } });
  });

  it("holds 1,000 topics and no more", async () => {
    const { request } = await start();
    const topics = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        name: `t${from + i}`,
        partitions: 1,
        retentionMs: RETENTION_MS,
      }));
    expect((await request("PUT", "/admin/topics", topics(0, 999))).status).toBe(400);
    expect((await request("PUT", "/admin/topics", topics(0, 998))).status).toBe(200);
    expect((await request("PUT", "/admin/topics", topics(998, 999))).body).toMatchObject({
      error: expect.stringContaining("1000 topics"),
    });
  });
});
