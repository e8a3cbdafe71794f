import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { Admin, Consumer, Producer, type ProducerOptions } from "@platformatic/kafka";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../shared/listen.ts";
import { MAX_RECORD_BYTES } from "./limits.ts";
import { runningBrokers } from "./testing/running-brokers.ts";
import { type Message, startBrokersServer, until } from "./testing/test-server.ts";

/** The front over brokers that run already; nothing is done to them. */
describe.skipIf(!runningBrokers)("the front over brokers", () => {
  const start = () => startBrokersServer({ brokers: runningBrokers!, replicationFactor: 1 });
  const name = () => `front.${randomUUID()}`;
  const admin = () => {
    const client = new Admin({ clientId: "test", bootstrapBrokers: [...runningBrokers!] });
    onTestFinished(async () => await client.close());
    return client;
  };
  /** The controller answers for a topic at once; the broker hears of it a moment later. */
  const brokerKnows = async (topic: string, isThere: boolean) => {
    const client = admin();
    await until(async () => (await client.listTopics()).includes(topic) === isThere);
  };

  it("may be there several times: what one is told, the other knows at once", async () => {
    const [one, other] = [await start(), await start()];
    const topic = name();
    await other.request("GET", "/topics");
    await one.createTopic(topic, 2);
    expect((await other.produce({ topic, partition: 1, value: "a" })).status).toBe(200);
    expect(await one.fetch({ topic, partition: 1, offset: 0, timeout: 0 })).toMatchObject([{ value: "a" }]);
    await one.request("POST", `/commit/${topic}/i`, { topic, partition: 1, offset: 1 });
    const lag = [{ topic, partition: 1, end: 1, committed: 1, lag: 0 }];
    expect((await other.request("GET", `/admin/lag/${topic}`)).body).toEqual(lag);
  });

  it("wakes who waits at one when another one is given a record", async () => {
    const [one, other] = [await start(), await start()];
    const topic = name();
    await one.createTopic(topic, 1);
    for (let offset = 0; offset < 5; offset += 1) {
      const waits = one.fetch({ topic, partition: 0, offset, timeout: 20_000 });
      await until(async () => (await one.waiting()) === 1);
      await other.produce({ topic, partition: 0, value: `${offset}` });
      expect(await waits).toMatchObject([{ offset, value: `${offset}` }]);
    }
  });

  it("wakes many who wait for many partitions, each for its own", async () => {
    const front = await start();
    const topics = [name(), name(), name()];
    for (const topic of topics) await front.createTopic(topic, 8);
    const positions = topics.flatMap((topic) =>
      Array.from({ length: 8 }, (_, partition) => ({ topic, partition, offset: 0 })),
    );
    const waits = positions.map((position) => front.fetch({ ...position, timeout: 25_000 }));
    await until(async () => (await front.waiting()) === positions.length);
    await front.produce(
      positions.map(({ topic, partition }) => ({ topic, partition, value: `${partition}` })),
    );
    for (const [i, wait] of waits.entries()) {
      expect(await wait).toMatchObject([{ ...positions[i], value: `${positions[i]?.partition}` }]);
    }
  });

  it("asks another broker where the first one takes connections and says nothing", async () => {
    const silent = createServer((socket) => socket.on("error", () => {}));
    const port = await listen(silent, 0);
    onTestFinished(() => void silent.close());
    const brokers = [`127.0.0.1:${port}`, ...runningBrokers!];
    const front = await startBrokersServer({ brokers, replicationFactor: 1 });
    expect((await front.request("GET", "/topics")).status).toBe(200);
    const topic = name();
    await front.createTopic(topic, 1);
    expect((await front.produce({ topic, value: "v" })).status).toBe(200);
  });

  it("keeps no consumers, and says what to do instead", async () => {
    const front = await start();
    const topic = name();
    await front.createTopic(topic, 1);
    for (const [method, path, body] of [
      ["POST", "/consume/g/i", { topic }],
      ["GET", `/consume/g/i/${topic}`, undefined],
      ["DELETE", "/delete-consumer/g/i", undefined],
      ["GET", "/consumers", undefined],
      ["POST", "/commit/g/i", undefined],
    ] as const) {
      const answer = await front.request(method, path, body);
      expect(answer).toEqual({
        status: 501,
        body: { error: expect.stringContaining("/fetch"), status: 501 },
      });
    }
  });

  it("commits so that Kafka's own tools see it, and refuses where a group has members", async () => {
    const front = await start();
    const topic = name();
    const group = name();
    await front.createTopic(topic, 1);
    await front.request("POST", `/commit/${group}/i`, { topic, partition: 0, offset: 4 });
    const [offsets] = await admin().listConsumerGroupOffsets({ groups: [group] });
    expect(offsets?.topics).toMatchObject([
      { name: topic, partitions: [{ partitionIndex: 0, committedOffset: 4n }] },
    ]);
    const groups = await admin().describeGroups({ groups: [group] });
    expect(groups.get(group)).toMatchObject({ state: "Empty", members: new Map() });

    const member = new Consumer({ clientId: "test", bootstrapBrokers: [...runningBrokers!], groupId: group });
    await member.joinGroup({});
    const refused = await front.request("POST", `/commit/${group}/i`, { topic, partition: 0, offset: 5 });
    expect(refused).toMatchObject({ status: 409, body: { error: expect.stringContaining("members") } });
    await member.close(true);
  });

  it("takes a record of the largest size, and refuses what a topic's own settings refuse", async () => {
    const front = await start();
    const [own, small] = [name(), name()];
    await front.createTopic(own, 1);
    const value = "x".repeat(MAX_RECORD_BYTES);
    expect((await front.produce({ topic: own, value })).status).toBe(200);
    const [read] = await front.fetch({ topic: own, partition: 0, offset: 0 });
    expect(read?.value.length).toBe(MAX_RECORD_BYTES);

    await admin().createTopics({
      topics: [small],
      partitions: 1,
      configs: [{ name: "max.message.bytes", value: "1000" }],
    });
    await brokerKnows(small, true);
    const [good, bad] = await Promise.all([
      front.produce({ topic: small, value: "fits" }),
      front.produce({ topic: small, value: "x".repeat(2_000) }),
    ]);
    expect(good.status).toBe(200);
    expect(bad).toMatchObject({ status: 413, body: { status: 413 } });
    expect((await front.produce({ topic: small, value: "fits" })).body).toMatchObject([{ offset: 1 }]);
  });

  it("answers 404 for a topic that was deleted, also one that it knew", async () => {
    const front = await start();
    const topic = name();
    await front.createTopic(topic, 1);
    await front.produce({ topic, value: "a" });
    await admin().deleteTopics({ topics: [topic] });
    await brokerKnows(topic, false);
    expect((await front.produce({ topic, value: "b" })).status).toBe(404);
    expect((await front.request("POST", "/fetch", { topic, partition: 0, offset: 0 })).status).toBe(404);
  });

  it("reads on from the log start where retention has deleted what was asked for", async () => {
    const front = await start();
    const topic = name();
    await front.createTopic(topic, 1);
    await front.produce(["a", "b", "c"].map((value) => ({ topic, value })));
    await admin().deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] });
    expect(await front.fetch({ topic, partition: 0, offset: 0 })).toMatchObject([{ offset: 2, value: "c" }]);
    const late = front.fetch({ topic, partition: 0, offset: 5, timeout: 20_000 });
    await until(async () => (await front.waiting()) === 1);
    await front.produce(["d", "e", "f"].map((value) => ({ topic, value })));
    expect(await late).toMatchObject([{ offset: 5, value: "f" }]);
  });

  it("reads what others have written: compressed, in transactions, without a value", async () => {
    const front = await start();
    const topic = name();
    await front.createTopic(topic, 1);
    const other = (options: Partial<ProducerOptions<Buffer, Buffer, Buffer, Buffer>>) => {
      const bootstrapBrokers = [...runningBrokers!];
      const producer = new Producer({ clientId: "test", bootstrapBrokers, ...options });
      onTestFinished(async () => await producer.close());
      return producer;
    };
    const message = (value: string) => ({ topic, partition: 0, value: Buffer.from(value) });
    const codecs = ["gzip", "snappy", "lz4", "zstd"] as const;
    for (const compression of codecs) {
      await other({ compression }).send({ messages: [message(compression), message(`${compression} 2`)] });
    }
    const committing = await other({ idempotent: true, transactionalId: name() }).beginTransaction();
    await committing.send({ messages: [message("in a transaction")] });
    await committing.commit();
    // The broker sets the transaction's mark after it has said that it is committed.
    const end = async () => (await front.request("POST", "/offsets/latest", { topic, partition: 0 })).body;
    await until(async () => ((await end()) as Message[])[0]?.offset === 10);
    await other({}).send({
      messages: [{ topic, partition: 0, key: Buffer.from("k"), value: null as never }],
    });

    const expected = [...codecs.flatMap((codec) => [codec, `${codec} 2`]), "in a transaction", ""];
    const found: Message[] = [];
    while (found.length < expected.length) {
      const offset = (found.at(-1)?.offset ?? -1) + 1;
      found.push(...(await front.fetch({ topic, partition: 0, offset, timeout: 20_000 })));
    }
    expect(found.map(({ value }) => value)).toEqual(expected);
    // In between lies the transaction's mark, which nobody sees, and which nobody waits for in vain.
    expect(found.slice(-2).map(({ offset }) => offset)).toEqual([8, 10]);
    expect(await front.fetch({ topic, partition: 0, offset: 9 })).toMatchObject([{ offset: 10, key: "k" }]);
  });
});
