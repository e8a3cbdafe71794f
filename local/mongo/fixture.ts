import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Binary, serialize } from "bson";
import { MongoClient, type MongoClientOptions, MongoServerError } from "mongodb";
import { systemClock } from "#shared/clock.ts";
import { type MongoOptions, type MongoServer, startMongo } from "./server.ts";
import { type Doc, decode, viewOf } from "./wire/values.ts";

/** What the tests of this folder share. */

export const USERS = [
  { user: "events", password: "events-password", database: "events" },
  { user: "payments", password: "payments-password", database: "payments" },
];

export type Fixture = MongoServer & {
  dataDir: string;
  /** A connected driver as the events user; closed with the fixture. */
  client(options?: MongoClientOptions): MongoClient;
  uri(user?: { user: string; password: string; database: string }): string;
  stop(): Promise<void>;
};

/** A server on a free port over a fresh folder, which `stop` removes. */
export async function fixture(options: Partial<MongoOptions> = {}): Promise<Fixture> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "mongo-test-"));
  const server = await startMongo({
    port: 0,
    dataDir,
    users: USERS,
    clock: systemClock,
    log: () => {},
    onFatal: (reason) => {
      throw new Error(reason);
    },
    ...options,
  });
  const clients: MongoClient[] = [];
  const uri = (user = USERS[0] as (typeof USERS)[number]) => uriOf(server.port, user);
  return {
    ...server,
    dataDir,
    uri,
    client(clientOptions = {}) {
      const client = new MongoClient(uri(), { serverSelectionTimeoutMS: 5_000, ...clientOptions });
      clients.push(client);
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function uriOf(port: number, user: { user: string; password: string; database: string }): string {
  return `mongodb://${user.user}:${encodeURIComponent(user.password)}@127.0.0.1:${port}/${user.database}`;
}

/** The code of the server error that an operation ends with; fails the test when it does not. */
export async function codeOf(operation: Promise<unknown>): Promise<number | string | undefined> {
  try {
    await operation;
  } catch (error) {
    if (error instanceof MongoServerError) return error.code;
    throw error;
  }
  return "no error";
}

/** A hand-made OP_MSG with one body section. */
export function opMsg(body: Doc, requestId = 1, flags = 0): Buffer {
  const section = serialize(body);
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + section.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(2013, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, section]);
}

export type RawReply = { responseTo: number; opCode: number; flags: number; body: Doc };

/** A bare socket: whole replies in the order they come, and the moment the server hangs up. */
export class RawClient {
  readonly socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #replies: RawReply[] = [];
  #waiting: ((reply: RawReply) => void)[] = [];
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", () => resolve()));
    this.socket.on("data", (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      while (this.#buffer.length >= 4 && this.#buffer.length >= this.#buffer.readInt32LE(0)) {
        const length = this.#buffer.readInt32LE(0);
        this.#deliver(parseReply(this.#buffer.subarray(0, length)));
        this.#buffer = this.#buffer.subarray(length);
      }
    });
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  next(): Promise<RawReply> {
    const ready = this.#replies.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async call(body: Doc): Promise<Doc> {
    this.send(opMsg(body));
    return (await this.next()).body;
  }

  /** Signs in with SCRAM-SHA-256, step by step as RFC 5802 has it. `skipEmptyExchange` saves the last step. */
  async signIn(
    user: { user: string; password: string; database: string },
    skipEmptyExchange = true,
  ): Promise<Doc> {
    const bare = `n=${user.user},r=raw-client-nonce`;
    const $db = user.database;
    const start = { saslStart: 1, mechanism: "SCRAM-SHA-256", payload: Buffer.from(`n,,${bare}`), $db };
    const serverFirst = payloadText(await this.call({ ...start, options: { skipEmptyExchange } }));
    const [, nonce = "", salt = ""] = /^r=(.*),s=(.*),i=4096$/.exec(serverFirst) ?? [];
    const message = `${bare},${serverFirst},c=biws,r=${nonce}`;
    const proof = proofOf(user.password, Buffer.from(salt, "base64"), message);
    const payload = Buffer.from(`c=biws,r=${nonce},p=${proof}`);
    const answer = await this.call({ saslContinue: 1, conversationId: 1, payload, $db });
    if (skipEmptyExchange) return answer;
    return this.call({ saslContinue: 1, conversationId: 1, payload: Buffer.alloc(0), $db });
  }

  #deliver(reply: RawReply): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(reply);
    else this.#replies.push(reply);
  }
}

/** A client's proof of a password for an authentication message, base64. */
export function proofOf(password: string, salt: Buffer, message: string): string {
  const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const clientKey = hmac(pbkdf2Sync(password, salt, 4096, 32, "sha256"), "Client Key");
  const signature = hmac(createHash("sha256").update(clientKey).digest(), message);
  return Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString("base64");
}

/** The text of a SASL reply's payload. */
export function payloadText(reply: Doc): string {
  return Buffer.from((reply.payload as Binary).value()).toString();
}

function parseReply(message: Buffer): RawReply {
  const opCode = message.readInt32LE(12);
  return {
    responseTo: message.readInt32LE(8),
    opCode,
    flags: message.readUInt32LE(16),
    body: viewOf(decode(message.subarray(opCode === 1 ? 36 : 21))),
  };
}
