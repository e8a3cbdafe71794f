import { serialize } from "bson";
import { MongoClient, type ServerDescription } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, fixture, opMsg, RawClient } from "../fixture.ts";

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
let server: Fixture;
beforeAll(async () => {
  server = await fixture({ incompleteMessageTimeoutMs: 200 });
});
afterAll(() => server.stop());

const PING = { ping: 1, $db: "admin" };

function opQuery(namespace: string, query: object): Buffer {
  const name = Buffer.from(`${namespace}\0`);
  const document = serialize(query);
  const message = Buffer.concat([Buffer.alloc(20), name, Buffer.alloc(8), document]);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(7, 4);
  message.writeInt32LE(2004, 12);
  return message;
}

describe("handshake", () => {
  // https://www.mongodb.com/docs/manual/reference/command/hello/
  it("announces the primary of a one-node replica set, under the address the client used", async () => {
    const raw = new RawClient(server.port);
    const hello = await raw.call({ hello: 1, $db: "admin" });
    const me = `127.0.0.1:${server.port}`;
    expect(hello).toMatchObject({
      isWritablePrimary: true,
      hosts: [me],
      me,
      primary: me,
      setName: "ticketflow",
      logicalSessionTimeoutMinutes: 30,
      maxWireVersion: 21,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      ok: 1,
    });
    expect(hello).not.toHaveProperty("compression");
    raw.socket.destroy();
  });

  it("answers a legacy OP_QUERY isMaster with an OP_REPLY, and refuses any other OP_QUERY: 352", async () => {
    const raw = new RawClient(server.port);
    raw.send(opQuery("admin.$cmd", { isMaster: 1, helloOk: true }));
    expect(await raw.next()).toMatchObject({
      opCode: 1,
      responseTo: 7,
      body: { ismaster: true, helloOk: true },
    });
    raw.send(opQuery("events.$cmd", { find: "events" }));
    expect(await raw.next()).toMatchObject({ opCode: 1, body: { ok: 0, code: 352 } });
    raw.socket.destroy();
  });

  // https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md
  it("holds an awaitable hello for maxAwaitTimeMS, and answers at once when the topology is another", async () => {
    const raw = new RawClient(server.port);
    const { topologyVersion } = await raw.call({ hello: 1, $db: "admin" });
    const started = performance.now();
    await raw.call({ hello: 1, topologyVersion, maxAwaitTimeMS: 150, $db: "admin" });
    expect(performance.now() - started).toBeGreaterThan(140);
    const other = { ...(topologyVersion as object), processId: null };
    const again = performance.now();
    await raw.call({ hello: 1, topologyVersion: other, maxAwaitTimeMS: 10_000, $db: "admin" });
    expect(performance.now() - again).toBeLessThan(5_000);
    raw.socket.destroy();
  });

  it("streams hellos when the client allows it, each answering the one before", async () => {
    const raw = new RawClient(server.port);
    const { topologyVersion } = await raw.call({ hello: 1, $db: "admin" });
    raw.send(opMsg({ hello: 1, topologyVersion, maxAwaitTimeMS: 20, $db: "admin" }, 40, 1 << 16));
    const first = await raw.next();
    const second = await raw.next();
    const third = await raw.next();
    expect(first).toMatchObject({ responseTo: 40, flags: 2 });
    expect(second.flags).toBe(2);
    expect(third.responseTo).toBe(second.responseTo + 1);
    raw.socket.destroy();
  });

  it.each(["stream", "poll"] as const)(
    "the driver sees a healthy primary with monitoring mode %s",
    async (mode) => {
      const client = new MongoClient(server.uri(), {
        serverMonitoringMode: mode,
        heartbeatFrequencyMS: 500,
        minHeartbeatFrequencyMS: 10,
        maxPoolSize: 2,
      } as object);
      const seen: ServerDescription[] = [];
      let beats = 0;
      const enough = new Promise<void>((resolve) => {
        client.on("serverHeartbeatSucceeded", () => {
          beats++;
          if (beats >= 3) resolve();
        });
      });
      client.on("serverDescriptionChanged", ({ newDescription }) => seen.push(newDescription));
      client.on("serverHeartbeatFailed", ({ failure }) => expect.unreachable(String(failure)));
      await client.connect();
      await Promise.all(Array.from({ length: 10 }, () => client.db().command({ ping: 1 })));
      await enough;
      expect(seen.at(-1)).toMatchObject({ type: "RSPrimary", setName: "ticketflow" });
      await client.close();
    },
  );
});

describe("framing", () => {
  it("reads messages that arrive in pieces and several in one piece, and answers in order", async () => {
    const raw = new RawClient(server.port);
    const bytes = Buffer.concat([opMsg(PING, 11), opMsg(PING, 12), opMsg(PING, 13)]);
    for (const byte of bytes.subarray(0, 60)) raw.send(Buffer.of(byte));
    raw.send(bytes.subarray(60));
    expect([
      (await raw.next()).responseTo,
      (await raw.next()).responseTo,
      (await raw.next()).responseTo,
    ]).toEqual([11, 12, 13]);
    raw.socket.destroy();
  });

  it("skips an OP_MSG checksum", async () => {
    const raw = new RawClient(server.port);
    const plain = opMsg(PING, 5, 1);
    const message = Buffer.concat([plain, Buffer.alloc(4)]);
    message.writeInt32LE(message.length, 0);
    raw.send(message);
    expect((await raw.next()).body).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it("does not answer a message that says so (moreToCome)", async () => {
    const raw = new RawClient(server.port);
    raw.send(opMsg(PING, 21, 2));
    raw.send(opMsg(PING, 22));
    expect((await raw.next()).responseTo).toBe(22);
    raw.socket.destroy();
  });
});

describe("what is not a message", () => {
  async function answerTo(bytes: Buffer) {
    const raw = new RawClient(server.port);
    raw.send(bytes);
    const { body } = await raw.next();
    return { raw, body };
  }

  it("malformed BSON is answered with InvalidBSON (22), and the connection goes on", async () => {
    const message = opMsg({ ping: 1, name: "abc", $db: "admin" });
    message[message.indexOf("abc") - 4] = 200;
    const { raw, body } = await answerTo(message);
    expect(body).toMatchObject({ ok: 0, code: 22, codeName: "InvalidBSON" });
    expect(await raw.call(PING)).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it.each([
    ["a section longer than its message", (message: Buffer) => message.writeInt32LE(9_999, 21), 22],
    ["an unknown section kind", (message: Buffer) => message.writeUInt8(9, 20), 17],
    ["an unknown required flag", (message: Buffer) => message.writeUInt32LE(4, 16), 17],
    [
      "an opcode that is not offered (OP_COMPRESSED)",
      (message: Buffer) => message.writeInt32LE(2012, 12),
      17,
    ],
  ])("%s is an error", async (_name, spoil, code) => {
    const message = opMsg(PING);
    spoil(message);
    const { raw, body } = await answerTo(message);
    expect(body).toMatchObject({ ok: 0, code });
    expect(await raw.call(PING)).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it.each([16, 18, 20, 23])("a whole message of only %i bytes is an error", async (length) => {
    const message = opMsg(PING).subarray(0, length);
    message.writeInt32LE(length, 0);
    const { raw, body } = await answerTo(message);
    expect(body).toMatchObject({ ok: 0 });
    expect([17, 22]).toContain(body.code);
    expect(await raw.call(PING)).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it("a message without $db is an error (40571)", async () => {
    const { raw, body } = await answerTo(opMsg({ ping: 1 }));
    expect(body).toMatchObject({ ok: 0, code: 40571 });
    raw.socket.destroy();
  });

  it("a message over 48,000,000 bytes is refused by its header (10334), and the connection ends", async () => {
    const head = opMsg(PING);
    head.writeInt32LE(48_000_001, 0);
    const { raw, body } = await answerTo(head);
    expect(body).toMatchObject({ ok: 0, code: 10334 });
    await raw.closed;
  });

  it.each([0, 15, -1])("a length of %i is refused (17), and the connection ends", async (length) => {
    const head = opMsg(PING);
    head.writeInt32LE(length, 0);
    const { raw, body } = await answerTo(head);
    expect(body).toMatchObject({ ok: 0, code: 17 });
    await raw.closed;
  });

  it("documents nested too deep are refused (15), and absurdly deep ones do not end the server", async () => {
    const nested = (levels: number) => {
      let doc: object = {};
      for (let level = 0; level < levels; level++) doc = { a: doc };
      return doc;
    };
    const { raw, body } = await answerTo(opMsg({ ping: 1, deep: nested(250), $db: "admin" }));
    expect(body).toMatchObject({ ok: 0, code: 15 });
    // 200,000 levels by hand: size, type 3, "a\0" ... and a terminator each.
    const levels = 200_000;
    const deep = Buffer.alloc(levels * 8 + 5);
    for (let level = 0; level < levels; level++) {
      deep.writeInt32LE(deep.length - level * 8, level * 7);
      deep.write("\x03a\0", level * 7 + 4, "latin1");
    }
    deep.writeInt32LE(5, levels * 7);
    const message = Buffer.concat([Buffer.alloc(21), deep]);
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(2013, 12);
    raw.send(message);
    expect((await raw.next()).body).toMatchObject({ ok: 0, code: 15 });
    expect(await raw.call(PING)).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it("a truncated message costs its connection after the time limit, and nobody else's", async () => {
    const raw = new RawClient(server.port);
    const other = new RawClient(server.port);
    raw.send(opMsg(PING).subarray(0, 30));
    await raw.closed;
    expect(await other.call(PING)).toMatchObject({ ok: 1 });
    other.socket.destroy();
  });

  it("noise is answered or cut off, never fatal", async () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed;
    };
    for (let round = 0; round < 30; round++) {
      const raw = new RawClient(server.port);
      const message = opMsg({ ping: 1, list: [1, "two", { three: 3 }], $db: "admin" });
      for (let flips = 0; flips < 4; flips++)
        message[4 + (random() % (message.length - 4))] = random() & 0xff;
      raw.send(message);
      await Promise.race([raw.next(), raw.closed]);
      raw.socket.destroy();
    }
    const other = new RawClient(server.port);
    expect(await other.call(PING)).toMatchObject({ ok: 1 });
    other.socket.destroy();
  });
});
