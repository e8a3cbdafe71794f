import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import {
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  type WriteError,
} from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collection, DuplicateKey, ping } from "#durable-objects/document-pool/client.ts";
import { Connection } from "#durable-objects/document-pool/connection.ts";
import { answer } from "#durable-objects/document-pool/execute.ts";
import type { DocumentCommand } from "#durable-objects/document-pool/rpc.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { type Database, startDatabase } from "./support/backends.ts";

type Doc = { _id: string; bookingId: string; n: number };

let database: Database;
beforeEach(async () => {
  database = await startDatabase();
});
afterEach(() => database.close());
const documents = () => collection<Doc>(database.pool, "aggregates");
const doc: Doc = { _id: "a", bookingId: "b", n: 1 };

/** Far below the driver's own limits, far above ours on a busy machine. */
const LIMIT_MS = 20_000;

describe("a service's connections to MongoDB", { timeout: LIMIT_MS }, () => {
  // The driver looks for a server that went away every so often: on a busy machine it takes several looks.
  it("come back by themselves after the server went away", { timeout: 3 * LIMIT_MS }, async () => {
    await documents().insertOne(doc);
    await database.stop();
    await expect(documents().findOne({ _id: "a" })).rejects.toThrow(Unavailable);
    await database.start();
    expect(await documents().findOneAndUpdate({ _id: "a" }, { $inc: { n: 1 } })).toMatchObject({ n: 2 });
  });

  it("have inserted none of several while the server is away", { timeout: 3 * LIMIT_MS }, async () => {
    await documents().insertOne(doc);
    await database.stop();
    await expect(documents().insertEach([doc, { ...doc, _id: "z", bookingId: "z" }])).rejects.toThrow(
      Unavailable,
    );
    await database.start();
    expect(await documents().findOne({ _id: "z" })).toBeNull();
  });

  it("have changed none of several while the server is away, and say that it is", {
    timeout: 3 * LIMIT_MS,
  }, async () => {
    await documents().insertOne(doc);
    await database.stop();
    const updates = ["a", "b"].map((_id) => ({ filter: { _id }, update: { $set: { n: 2 } } }));
    await expect(documents().updateEach(updates)).rejects.toThrow(Unavailable);
    await database.start();
    expect(await documents().findOne({ _id: "a" })).toEqual(doc);
  });

  it("come up although the server was not there at first", async () => {
    await database.stop();
    await expect(ping(database.pool)).rejects.toThrow(Unavailable);
    await database.start();
    expect(await ping(database.pool)).toBe(true);
  });

  it("are an outage, not a refusal, while the password is not the right one", async () => {
    const connection = new Connection(`mongodb://payments:wrong@127.0.0.1:${database.port}/payments`);
    const pool = { run: (command: DocumentCommand) => answer(() => connection.db(), command) };
    await expect(ping(pool)).rejects.toThrow(Unavailable);
  });

  it("do not wait for ever for a server that takes connections and says nothing", async () => {
    await ping(database.pool);
    await database.stop();
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket.on("error", () => undefined)));
    mute.listen(database.port, "127.0.0.1");
    await once(mute, "listening");
    await expect(ping(database.pool)).rejects.toThrow(Unavailable);
    for (const socket of sockets) socket.destroy();
    mute.close();
    await once(mute, "close");
    await database.start();
    expect(await ping(database.pool)).toBe(true);
  });
});

describe("an answer says", () => {
  it("that a unique key is taken", async () => {
    await documents().insertOne(doc);
    await expect(documents().insertOne({ ...doc, _id: "other" })).rejects.toThrow(DuplicateKey);
  });

  it("which of several a unique key forbade", async () => {
    await documents().insertOne(doc);
    const another = { ...doc, _id: "c", bookingId: "c" };
    expect(await documents().insertEach([doc, another])).toEqual([false, true]);
    expect(await documents().findOne({ _id: "c" })).toEqual(another);
  });

  it("of several what is worst for them: one that is not taken now is no duplicate", async () => {
    const writeErrors = [
      { index: 0, code: 11_000, errmsg: "a duplicate" },
      { index: 1, code: 11_600, errmsg: "going down" },
    ].map((err) => ({ ...err, err }) as unknown as WriteError);
    const failing = () => {
      const result = { getWriteConcernError: () => undefined } as BulkWriteResult;
      throw new MongoBulkWriteError({ message: "a duplicate", code: 11_000, writeErrors }, result);
    };
    const db = { collection: () => ({ insertMany: failing }) };
    const command = { do: "insertEach", in: "payments", documents: [doc, doc] } as const;
    expect(await answer(() => Promise.resolve(db as never), command as never)).toMatchObject({
      ok: false,
      kind: "unavailable",
    });
  });

  it.each([
    { do: "insertEach", in: "payments", documents: [doc] },
    { do: "updateEach", in: "payments", updates: [{ filter: {}, update: {} }] },
  ] as const)("of $do that the server went away in its midst", async (command) => {
    const failing = () => {
      const result = { getWriteConcernError: () => undefined } as BulkWriteResult;
      throw new MongoBulkWriteError(new MongoNetworkError("gone"), result);
    };
    const db = { collection: () => ({ insertMany: failing, bulkWrite: failing }) };
    expect(await answer(() => Promise.resolve(db as never), command as never)).toMatchObject({
      ok: false,
      kind: "unavailable",
    });
  });

  const of = (_id: string, change: object) => ({ filter: { _id }, update: { $set: change } });

  it("how many of several updates found their document", async () => {
    await documents().insertOne(doc);
    expect(await documents().updateEach([of("a", { n: 2 }), of("none", { n: 2 })])).toBe(1);
    expect(await documents().findOne({ _id: "a" })).toMatchObject({ n: 2 });
  });

  it("that a unique key forbade one of several updates, which is no outage", async () => {
    await documents().insertOne(doc);
    await documents().insertOne({ ...doc, _id: "d", bookingId: "d" });
    const taken = [of("a", { n: 3 }), of("d", { bookingId: doc.bookingId })];
    await expect(documents().updateEach(taken)).rejects.toThrow(DuplicateKey);
    expect(await documents().findOne({ _id: "a" })).toMatchObject({ n: 3 });
  });

  it("that a command can never succeed, so that nobody waits for it", async () => {
    await documents().insertOne(doc);
    const wrong = { $inc: { bookingId: 1 } } as object;
    await expect(documents().findOneAndUpdate({ _id: "a" }, wrong)).rejects.toThrow("refused");
    await expect(documents().findOneAndUpdate({ _id: "a" }, { n: 3 } as object)).rejects.toThrow("refused");
    const endless: Record<string, unknown> = { ...doc, _id: "endless" };
    endless.self = endless;
    await expect(documents().insertOne(endless as Doc)).rejects.toThrow("refused");
  });

  it("which rules of its schema a document broke, and not by which values", async () => {
    const payments = collection<Doc>(database.pool, "payments");
    const refused = payments.insertOne({ ...doc, amount: -17, outbox: [{ topic: 3 }], unsent: "no" } as Doc);
    await expect(refused).rejects.toThrow(
      /^MongoDB refused: .*Document failed validation in payments: required userId organiserId/,
    );
    await expect(refused).rejects.toThrow("_id: pattern, amount: minimum, outbox: items, unsent: bsonType");
    await expect(refused).rejects.not.toThrow("17");
  });

  // https://www.mongodb.com/docs/manual/reference/error-codes/
  it.each([
    [1, "InternalError: failed to connect to its own store"],
    [189, "PrimarySteppedDown"],
    [10_107, "NotWritablePrimary"],
    [11_600, "InterruptedAtShutdown"],
    [64, "WriteConcernFailed"],
  ])(
    "that a server in an election, going down or in trouble is to be waited for (%i %s)",
    async (code, message) => {
      const failing = () => {
        throw new MongoServerError({ message, code });
      };
      const db = { collection: () => ({ findOne: failing }) };
      const command = { do: "findOne", in: "payments", filter: {} } as const;
      expect(await answer(() => Promise.resolve(db as never), command)).toMatchObject({
        ok: false,
        kind: "unavailable",
      });
    },
  );
});

describe("a pool that cannot be reached at all", () => {
  it("is unavailable", async () => {
    const pool = {
      run: () => Promise.reject(new Error("Durable Object reset because its code was updated")),
    };
    await expect(ping(pool)).rejects.toThrow(Unavailable);
  });
});
