import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  kafkaClasspath,
  type NodePorts,
  startTestCluster,
  type TestCluster,
} from "../backends/kafka/test-cluster.ts";
import { listen } from "../shared/listen.ts";
import { REQUEST_LIMIT_MS, RETRY_DELAY_MS } from "./log-store/brokers/limits.ts";
import { type Client, type Message, startBrokersServer } from "./testing/test-server.ts";

/** What a client may wait for any answer: it gives up after 5 s, and the machine is busy. */
const ANSWER_LIMIT_MS = 8_000;

/** On a machine that is busy with other things too; what takes longer hangs. */
const UNTIL_LIMIT_MS = 60_000;

/** Looks again until the condition holds. @param state what is said of how things stand where it never does */
async function until(condition: () => boolean | Promise<boolean>, state = () => ""): Promise<void> {
  const giveUpAt = performance.now() + UNTIL_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`did not come about: ${condition} ${state()}`);
    await delay(10);
  }
}

/** Produces numbered records to one partition, one request after another, until told to stop. */
function keepProducing(front: Client, topic: string, partition: number) {
  const acknowledged = new Map<number, string>();
  const statuses = new Set<number>();
  let slowestMs = 0;
  let last = "";
  let stopped = false;
  const run = async () => {
    for (let n = 0; !stopped; n += 1) {
      const value = `${partition}/${n}`;
      const begunMs = performance.now();
      const { status, body } = await front.produce({ topic, partition, value });
      slowestMs = Math.max(slowestMs, performance.now() - begunMs);
      statuses.add(status);
      last = JSON.stringify([status, body]);
      if (status === 200) acknowledged.set((body as Message[])[0]!.offset, value);
    }
  };
  const done = run();
  return {
    acknowledged,
    statuses,
    slowestMs: () => slowestMs,
    /** The last answer. */
    last: () => last,
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

/** Every acknowledged record lies at its offset; each is there once, and none before an earlier one. */
function expectKept(messages: readonly Message[], acknowledged: ReadonlyMap<number, string>): void {
  const found = new Map(messages.map(({ offset, value }) => [offset, value]));
  for (const [offset, value] of acknowledged) expect(found.get(offset)).toBe(value);
  const order = messages.map(({ value }) => Number(value.split("/")[1]));
  expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
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

describe.skipIf(!kafkaClasspath)("one broker that hangs", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    // So that it goes on where it was, however late.
    cluster = await startTestCluster(1, () => ({ "broker.session.timeout.ms": "60000" }));
  });
  afterAll(async () => await cluster?.close());

  it("has a record once that it was sent twice, since its first answer did not come", async () => {
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 1 });
    const topic = "hangs";
    await front.createTopic(topic, 1);
    await front.produce({ topic, value: "before" });
    cluster.pause(0);
    const answer = front.produce([
      { topic, value: "a" },
      { topic, value: "b" },
    ]);
    // The first request lies unread in its connection, and so does by now the second one in another.
    await delay(REQUEST_LIMIT_MS + 3 * RETRY_DELAY_MS);
    cluster.resume(0);
    expect((await answer).status).toBe(200);
    await front.produce({ topic, value: "after" });
    const values = (await readAll(front, topic, 0)).map(({ value }) => value);
    expect(values).toEqual(["before", "a", "b", "after"]);
  });

  it("is given up in time, and works on the same front once it goes on", async () => {
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 1 });
    const topic = "hangs.again";
    await front.createTopic(topic, 1);
    await front.request("POST", `/commit/${topic}/i`, { topic, partition: 0, offset: 0 });
    const requests = () =>
      Promise.all([
        front.produce({ topic, value: "a" }),
        front.request("POST", "/fetch", { topic, partition: 0, offset: 0, timeout: 0 }),
        front.request("POST", "/offsets/latest", { topic, partition: 0 }),
        front.request("GET", `/admin/lag/${topic}`),
        front.request("GET", "/topics"),
      ]);
    cluster.pause(0);
    const begunMs = performance.now();
    expect((await requests()).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(performance.now() - begunMs).toBeLessThan(ANSWER_LIMIT_MS);
    cluster.resume(0);
    await until(async () => (await requests()).every(({ status }) => status === 200));
  });
});

describe.skipIf(!kafkaClasspath)("connections that lead nowhere any more", () => {
  let cluster: TestCluster;
  let way: Way;
  beforeAll(async () => {
    let ports: NodePorts | undefined;
    cluster = await startTestCluster(1, (given) => {
      ports = given;
      return { "advertised.listeners": `PLAINTEXT://127.0.0.1:${given.sparePort}` };
    });
    way = await openWay(ports!.sparePort, ports!.port);
  });
  afterAll(async () => {
    await cluster?.close();
    way?.close();
  });

  it("are given up for new ones, within the call where that can be", async () => {
    const front = await startBrokersServer({ brokers: [way.address], replicationFactor: 1 });
    const topic = "nowhere";
    await front.createTopic(topic, 2);
    const produce = (partition: number) => front.produce({ topic, partition, value: "v" });
    const read = () => front.request("POST", "/fetch", { topic, partition: 0, offset: 0, timeout: 0 });
    const commit = () => front.request("POST", `/commit/${topic}/i`, { topic, partition: 0, offset: 0 });
    await produce(0);
    await read();
    await commit();
    const waits = front.fetch({ topic, partition: 1, offset: 0, timeout: 25_000 });
    await until(async () => (await front.waiting()) === 1);

    way.forget();
    expect((await Promise.all([produce(1), read()])).map(({ status }) => status)).toEqual([200, 200]);
    expect(await waits).toMatchObject([{ offset: 0, value: "v" }]);
    await until(async () => (await commit()).status === 200);
  });
});

type Way = { address: string; forget: () => void; close: () => void };

/** A way to a broker whose connections can be forgotten: they stay open, and nothing comes through; new ones work. */
async function openWay(port: number, brokerPort: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(brokerPort, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket.on("error", () => socket.destroy()));
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await listen(server, port);
  return {
    address: `127.0.0.1:${port}`,
    forget() {
      for (const socket of sockets) socket.unpipe().removeAllListeners("data").resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe.skipIf(!kafkaClasspath)("three brokers with three copies", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster(3);
  });
  afterAll(async () => await cluster?.close());

  it("go on without the one that leads: what was acknowledged stays, and producing and waiting go on", {
    timeout: 300_000,
  }, async () => {
    const front = await startBrokersServer({ brokers: cluster.brokers, replicationFactor: 3 });
    const topic = "replicated";
    await front.createTopic(topic, 3);
    const producers = [0, 1, 2].map((partition) => keepProducing(front, topic, partition));
    const acknowledged = (partition: number) => producers[partition]!.acknowledged.size;
    const allPast = (counts: readonly number[]) => counts.every((count, i) => acknowledged(i) > count);
    const state = () =>
      producers.map(({ acknowledged, last }) => `${acknowledged.size} ${last()}`).join("; ");
    await until(() => allPast([50, 50, 50]), state);

    for (const node of [0, 1]) {
      await cluster.kill(node);
      const before = [0, 1, 2].map(acknowledged);
      // Its partitions too: another broker leads them now.
      await until(() => allPast(before.map((count) => count + 50)), state);
      await cluster.start(node);
      const after = [0, 1, 2].map(acknowledged);
      await until(() => allPast(after.map((count) => count + 20)), state);
    }

    for (const [partition, producer] of producers.entries()) {
      await producer.stop();
      expect(producer.slowestMs()).toBeLessThan(ANSWER_LIMIT_MS);
      expectKept(await readAll(front, topic, partition), producer.acknowledged);
    }
  });
});
