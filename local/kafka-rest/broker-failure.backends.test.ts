import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kafkaClasspath, startTestCluster, type TestCluster } from "../backends/kafka/test-cluster.ts";
import { type Client, type Message, startBrokersServer } from "./testing/test-server.ts";

/** What a client may wait for any answer: it gives up after 5 s, and the machine is busy. */
const ANSWER_LIMIT_MS = 8_000;

/** Looks again until the condition holds; the test's timeout ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

/** Produces numbered records to one partition, one request after another, until told to stop. */
function keepProducing(front: Client, topic: string, partition: number) {
  const acknowledged = new Map<number, string>();
  const statuses = new Set<number>();
  let slowestMs = 0;
  let stopped = false;
  const run = async () => {
    for (let n = 0; !stopped; n += 1) {
      const value = `${partition}/${n}`;
      const begunMs = performance.now();
      const { status, body } = await front.produce({ topic, partition, value });
      slowestMs = Math.max(slowestMs, performance.now() - begunMs);
      statuses.add(status);
      if (status === 200) acknowledged.set((body as Message[])[0]!.offset, value);
    }
  };
  const done = run();
  return {
    acknowledged,
    statuses,
    slowestMs: () => slowestMs,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

async function readAll(front: Client, topic: string, partition: number): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const offset = (all.at(-1)?.offset ?? -1) + 1;
    const page = await front.fetch({ topic, partition, offset, timeout: 0 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** Every acknowledged record lies at its offset, and none of a producer's lies before an earlier one. */
function expectKept(messages: readonly Message[], acknowledged: ReadonlyMap<number, string>): void {
  const found = new Map(messages.map(({ offset, value }) => [offset, value]));
  for (const [offset, value] of acknowledged) expect(found.get(offset)).toBe(value);
  const order = messages.map(({ value }) => Number(value.split("/")[1]));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
}

describe.skipIf(!kafkaClasspath)("one broker that is killed", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster(1);
  });
  afterAll(async () => await cluster?.close());

  it("loses no acknowledged record; meanwhile answers are 503 and in time, afterwards all is well", async () => {
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 1 });
    const topic = "killed";
    await front.createTopic(topic, 4);
    const producers = [0, 1, 2].map((partition) => keepProducing(front, topic, partition));
    const acknowledged = () => producers.reduce((sum, producer) => sum + producer.acknowledged.size, 0);
    await until(() => acknowledged() > 100);
    const waits = front.request("POST", "/fetch", { topic, partition: 3, offset: 0, timeout: 30_000 });
    await until(async () => (await front.waiting()) >= 1);

    await cluster.kill(0);
    const begunMs = performance.now();
    // Who waited is told, long before its time is over, and so that it asks again.
    expect(await waits).toMatchObject({ status: 503 });
    expect(performance.now() - begunMs).toBeLessThan(20_000);
    const health = fetch(`http://127.0.0.1:${front.port}/health`);
    const refused = [
      front.request("POST", "/fetch", { topic, partition: 3, offset: 0 }),
      front.request("POST", "/offsets/latest", { topic, partition: 0 }),
      front.request("POST", "/commit/g/i", { topic, partition: 0, offset: 1 }),
      front.request("GET", "/admin/lag/g"),
      front.request("GET", "/topics"),
    ];
    for (const answer of refused) expect(await answer).toMatchObject({ status: 503 });
    expect((await health).status).toBe(503);
    expect((await health).headers.get("retry-after")).toBe("2");

    await cluster.start(0);
    const before = acknowledged();
    await until(() => acknowledged() > before + 100);
    const again = front.fetch({ topic, partition: 3, offset: 0, timeout: 30_000 });
    await front.produce({ topic, partition: 3, value: "3/0" });
    expect(await again).toMatchObject([{ offset: 0, value: "3/0" }]);

    for (const [partition, producer] of producers.entries()) {
      await producer.stop();
      expect([...producer.statuses].sort()).toEqual([200, 503]);
      expect(producer.slowestMs()).toBeLessThan(ANSWER_LIMIT_MS);
      expectKept(await readAll(front, topic, partition), producer.acknowledged);
    }
  });

  it("is waited for when it is away at the start", async () => {
    await cluster.kill(0);
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 1 });
    expect((await front.request("GET", "/topics")).status).toBe(503);
    await cluster.start(0);
    await until(async () => (await front.request("GET", "/topics")).status === 200);
  });
});

describe.skipIf(!kafkaClasspath)("three brokers with three copies", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster(3);
  });
  afterAll(async () => await cluster?.close());

  it("go on without the one that leads: what was acknowledged stays, and producing and waiting go on", async () => {
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 3 });
    const topic = "replicated";
    await front.createTopic(topic, 3);
    const producers = [0, 1, 2].map((partition) => keepProducing(front, topic, partition));
    const acknowledged = (partition: number) => producers[partition]!.acknowledged.size;
    const allPast = (counts: readonly number[]) => counts.every((count, i) => acknowledged(i) > count);
    await until(() => allPast([50, 50, 50]));

    for (const node of [0, 1]) {
      await cluster.kill(node);
      const before = [0, 1, 2].map(acknowledged);
      // Its partitions too: another broker leads them now.
      await until(() => allPast(before.map((count) => count + 50)));
      await cluster.start(node);
      const after = [0, 1, 2].map(acknowledged);
      await until(() => allPast(after.map((count) => count + 20)));
    }

    for (const [partition, producer] of producers.entries()) {
      await producer.stop();
      expect(producer.slowestMs()).toBeLessThan(ANSWER_LIMIT_MS);
      expectKept(await readAll(front, topic, partition), producer.acknowledged);
    }
  });
});
