import { connect, createServer, type Server, type Socket } from "node:net";
import { serialize } from "bson";
import { expect, it, onTestFinished } from "vitest";
import { listen } from "../../shared/listen.ts";
import { Frames, requestIdOf } from "./frames.ts";
import { startOneAtATime } from "./server.ts";
import { writtenCollection } from "./written-collection.ts";

const OP_MSG = 2013;

/** A message of the wire protocol with this command in it. */
function message(requestId: number, command: object, { responseTo = 0, flags = 0 } = {}): Buffer {
  const body = serialize(command);
  const frame = Buffer.alloc(21 + body.length);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(requestId, 4);
  frame.writeInt32LE(responseTo, 8);
  frame.writeInt32LE(OP_MSG, 12);
  frame.writeUInt32LE(flags, 16);
  frame.set(body, 21);
  return frame;
}

/** A server that answers when it is told to, and the messages that have reached it. */
async function behind() {
  const arrived: { requestId: number; answer: () => void; hangUp: () => void }[] = [];
  const server: Server = createServer((socket) => {
    const frames = new Frames();
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) {
        const requestId = requestIdOf(frame);
        const answer = () => socket.write(message(1, { ok: 1 }, { responseTo: requestId }));
        arrived.push({ requestId, answer, hangUp: () => socket.destroy() });
      }
    });
  });
  const target = await listen(server, 0);
  const front = await startOneAtATime({ port: 0, target });
  onTestFinished(async () => {
    await front.close();
    server.close();
  });
  const client = async (): Promise<Socket> => {
    const socket = connect(front.port, "127.0.0.1");
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const ids = () => arrived.map(({ requestId }) => requestId);
  return { arrived, ids, client };
}

const write = (requestId: number, collection: string) =>
  message(requestId, { findAndModify: collection, query: {}, $db: "payments" });

it("a write waits for the answer to the one before it in its collection, over all connections", async () => {
  const { arrived, ids, client } = await behind();
  const [one, two] = [await client(), await client()];
  one.write(write(1, "payments"));
  await expect.poll(ids).toEqual([1]);
  two.write(write(2, "payments"));
  two.write(message(3, { find: "payments", $db: "payments" }));
  const three = await client();
  three.write(write(4, "notifications"));
  three.write(message(5, { hello: 1, $db: "admin" }));
  await expect.poll(ids).toEqual([1, 4]);
  arrived[0]?.answer();
  await expect.poll(ids).toEqual([1, 4, 2]);
  for (const { answer } of arrived.slice(1)) answer();
  await expect.poll(() => ids().toSorted()).toEqual([1, 2, 3, 4, 5]);
});

it("reads go through beside a write", async () => {
  const { ids, client } = await behind();
  (await client()).write(write(1, "payments"));
  await expect.poll(ids).toEqual([1]);
  (await client()).write(message(2, { find: "payments", $db: "payments" }));
  await expect.poll(ids).toEqual([1, 2]);
});

it("a turn ends with its connection, whichever side closes it", async () => {
  const { arrived, ids, client } = await behind();
  const [one, two, three] = [await client(), await client(), await client()];
  one.write(write(1, "payments"));
  await expect.poll(ids).toEqual([1]);
  two.write(write(2, "payments"));
  three.write(write(3, "payments"));
  one.destroy();
  await expect.poll(ids).toEqual([1, 2]);
  arrived[1]?.hangUp();
  await expect.poll(ids).toEqual([1, 2, 3]);
});

it("one who left while he waited has no turn", async () => {
  const { arrived, ids, client } = await behind();
  const [one, two, three] = [await client(), await client(), await client()];
  one.write(write(1, "payments"));
  await expect.poll(ids).toEqual([1]);
  two.write(write(2, "payments"));
  const gone = new Promise((resolve) => two.once("close", resolve));
  two.end();
  await gone;
  three.write(write(3, "payments"));
  arrived[0]?.answer();
  await expect.poll(ids).toEqual([1, 3]);
});

it("what is no message of the protocol ends the connection", async () => {
  const { client } = await behind();
  const socket = await client();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await closed;
});

it("messages are cut where they end, however they arrive", () => {
  const whole = Buffer.concat([write(1, "a"), message(2, { ping: 1 })]);
  const frames = new Frames();
  const cut = [...whole].flatMap((byte) => frames.push(Buffer.from([byte])));
  expect(cut.map(requestIdOf)).toEqual([1, 2]);
  expect(new Frames().push(whole).map(requestIdOf)).toEqual([1, 2]);
});

it("a write is told by its command, and names its collection", () => {
  expect(writtenCollection(write(1, "payments"))).toBe("payments");
  for (const command of ["insert", "update", "delete"])
    expect(writtenCollection(message(1, { [command]: "plätze", documents: [] }))).toBe("plätze");
  expect(writtenCollection(message(1, { find: "payments" }))).toBeNull();
  expect(writtenCollection(message(1, { ping: 1 }))).toBeNull();
  // Nobody answers this one.
  expect(writtenCollection(message(1, { insert: "payments" }, { flags: 2 }))).toBeNull();
  expect(writtenCollection(Buffer.alloc(16))).toBeNull();
});
