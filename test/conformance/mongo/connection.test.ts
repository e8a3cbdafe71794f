import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { deserialize, serialize } from "bson";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, useMongo } from "./support/world.ts";

const t = useMongo();

const WIRE = "https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/";
const HELLO = "https://www.mongodb.com/docs/manual/reference/command/hello/";
const SCRAM = "https://www.mongodb.com/docs/manual/core/security-scram/";
const ACCESS = "https://www.mongodb.com/docs/manual/tutorial/enable-authentication/";

/** An OP_MSG with one document, as the page lays it out: header, flags, kind 0, document. */
function opMsg(body: object, requestId = 1): Buffer {
  const document = serialize(body);
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, document]);
}

interface RawReply {
  responseTo: number;
  body: Record<string, unknown>;
}

/** Sends bytes on a connection of their own; the first whole reply, or null when the server hangs up. */
async function send(...parts: Buffer[]): Promise<RawReply | null> {
  const [host = "", port = "27017"] = new URL(t.uri).host.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "connect");
  for (const part of parts) socket.write(part);
  const message = await firstMessage(socket);
  socket.destroy();
  return message && { responseTo: message.readInt32LE(8), body: deserialize(message.subarray(21)) };
}

async function firstMessage(socket: Socket): Promise<Buffer | null> {
  let received = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk]);
      const length = received.length >= 4 ? received.readInt32LE(0) : Number.POSITIVE_INFINITY;
      if (received.length >= length) return received.subarray(0, length);
    }
  } catch {
    // Reset, not closed: the same to whoever sent it.
  }
  return null;
}

const withUser = (username: string, password: string): string => {
  const uri = new URL(t.uri);
  Object.assign(uri, { username, password });
  return uri.href;
};

conforms(HELLO, "hello is answered without signing in", async () => {
  const reply = await send(opMsg({ hello: 1, $db: "admin" }, 77));
  expect(reply?.responseTo).toBe(77);
  expect(reply?.body).toMatchObject({ ok: 1, isWritablePrimary: true });
  for (const field of ["maxBsonObjectSize", "maxMessageSizeBytes", "maxWriteBatchSize", "maxWireVersion"]) {
    expect(reply?.body[field], field).toBeGreaterThan(0);
  }
});

conforms(WIRE, "a message may come in pieces", async () => {
  const bytes = opMsg({ ping: 1, $db: "admin" });
  const hello = opMsg({ hello: 1, $db: "admin" }, 5);
  const reply = await send(hello.subarray(0, 3), hello.subarray(3, 20), hello.subarray(20), bytes);
  expect(reply).toMatchObject({ responseTo: 5, body: { ok: 1 } });
});

conforms(SCRAM, "a user signs in with its password, and is who it says", async () => {
  const client = t.client(t.uri, { authMechanism: "SCRAM-SHA-256" });
  const { authInfo } = await client.db().command({ connectionStatus: 1 });
  const users = authInfo.authenticatedUsers.map(({ user }: { user: string }) => user);
  expect(users).toEqual([decodeURIComponent(new URL(t.uri).username)]);
});

refuses.each(
  SCRAM,
  [
    ["a wrong password", (user: string) => [user, "wrong"]],
    ["a user that there is not", () => ["conformance_nobody", "any"]],
  ] as const,
  ([name]) => name,
  async ([, credentialsOf]) => {
    const [user = "", password = ""] = credentialsOf(new URL(t.uri).username);
    const client = t.client(withUser(user, password));
    expect(await codeOf(client.db().command({ ping: 1 }))).toBe(18);
  },
);

refuses.each(
  ACCESS,
  [
    { find: "rows" },
    { insert: "rows", documents: [{ _id: 1 }] },
    { listCollections: 1 },
    { dropDatabase: 1 },
  ] as const,
  (command) => `${JSON.stringify(command)} of one who has not signed in`,
  async (command) => {
    const reply = await send(opMsg({ ...command, $db: "conformance" }));
    expect(reply?.body).toMatchObject({ ok: 0, code: 13, codeName: "Unauthorized" });
  },
);

refuses(WIRE, "a message without a database", async () => {
  needs("wire-error-codes");
  const reply = await send(opMsg({ ping: 1 }));
  expect(reply?.body).toMatchObject({ ok: 0, code: 40571 });
});

refuses(WIRE, "a message that says it is longer than any may be, by hanging up", async () => {
  const header = Buffer.alloc(16);
  header.writeInt32LE(2_000_000_000, 0);
  header.writeInt32LE(2013, 12);
  const reply = await send(header);
  expect(reply === null || reply.body.ok === 0).toBe(true);
});

refuses(WIRE, "noise, and goes on serving others", async () => {
  const reply = await send(Buffer.from("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"));
  expect(reply === null || reply.body.ok === 0).toBe(true);
  expect(await t.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
});
