import { Long, UUID } from "bson";
import { MongoServerError } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture, RawClient, USERS } from "../fixture.ts";
import { MAX_SESSIONS, SESSION_TIMEOUT_MINUTES } from "../limits.ts";
import { RetryableWrites } from "../storage/retryable-writes.ts";

// https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md
let server: Fixture;
let raw: RawClient;
let now = Date.now();
const EVENTS = USERS[0] as (typeof USERS)[number];
beforeAll(async () => {
  server = await fixture({ clock: () => now });
  raw = new RawClient(server.port);
  await raw.signIn(EVENTS);
});
afterAll(() => server.stop());
const counters = () => server.client().db().collection<{ _id: number; n: number }>("counters");
beforeEach(async () => {
  await counters().deleteMany({});
  await counters().insertOne({ _id: 1, n: 0 });
});

const lsid = () => ({ id: new UUID() });
const increment = { update: "counters", updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }], $db: "events" };
const nOf = async () => (await counters().findOne({ _id: 1 }))?.n;

describe("retryable writes", () => {
  it("a replayed update is applied once and gets the same answer", async () => {
    const command = { ...increment, lsid: lsid(), txnNumber: Long.fromNumber(1) };
    const first = await raw.call(command);
    expect(first).toMatchObject({ n: 1, nModified: 1, ok: 1 });
    expect(await raw.call(command)).toEqual(first);
    expect(await nOf()).toBe(1);
  });

  it("a replayed insert is no duplicate, and a replayed findAndModify gives the document it gave", async () => {
    const insert = { insert: "counters", documents: [{ _id: 2, n: 5 }], $db: "events" };
    const session = { lsid: lsid(), txnNumber: Long.fromNumber(1) };
    expect(await raw.call({ ...insert, ...session })).toEqual({ n: 1, ok: 1 });
    expect(await raw.call({ ...insert, ...session })).toEqual({ n: 1, ok: 1 });
    const modify = {
      findAndModify: "counters",
      query: { _id: 2 },
      update: { $inc: { n: 1 } },
      $db: "events",
    };
    const next = { lsid: session.lsid, txnNumber: Long.fromNumber(2) };
    expect(await raw.call({ ...modify, ...next })).toMatchObject({ value: { _id: 2, n: 5 } });
    expect(await raw.call({ ...modify, ...next })).toMatchObject({ value: { _id: 2, n: 5 } });
    expect((await counters().findOne({ _id: 2 }))?.n).toBe(6);
  });

  it("a write error is repeated as it was, even when the cause is gone", async () => {
    const insert = { insert: "counters", documents: [{ _id: 1, n: 9 }], $db: "events" };
    const session = { lsid: lsid(), txnNumber: Long.fromNumber(1) };
    const first = await raw.call({ ...insert, ...session });
    expect(first).toMatchObject({ n: 0, writeErrors: [{ code: 11000 }] });
    await counters().deleteOne({ _id: 1 });
    expect(await raw.call({ ...insert, ...session })).toEqual(first);
  });

  it("a new number is a new write, and an older one is refused: 225", async () => {
    const session = lsid();
    for (const txnNumber of [1, 2]) {
      await raw.call({ ...increment, lsid: session, txnNumber: Long.fromNumber(txnNumber) });
    }
    expect(await nOf()).toBe(2);
    const old = await raw.call({ ...increment, lsid: session, txnNumber: Long.fromNumber(1) });
    expect(old).toMatchObject({ ok: 0, code: 225 });
    expect(await nOf()).toBe(2);
  });

  it("another user's session of the same id is another session", async () => {
    const other = new RawClient(server.port);
    await other.signIn(USERS[1] as typeof EVENTS);
    const session = { lsid: lsid(), txnNumber: Long.fromNumber(1) };
    await raw.call({ ...increment, ...session });
    const insert = { insert: "own", documents: [{ _id: 1 }], $db: "payments", ...session };
    expect(await other.call(insert)).toEqual({ n: 1, ok: 1 });
    other.socket.destroy();
  });

  it("is remembered across a restart", async () => {
    const first = await fixture();
    const client = new RawClient(first.port);
    await client.signIn(EVENTS);
    const insert = {
      insert: "rows",
      documents: [{ _id: 1 }],
      lsid: lsid(),
      txnNumber: Long.fromNumber(7),
      $db: "events",
    };
    const answer = await client.call(insert);
    await first.close();
    const second = await fixture({ dataDir: first.dataDir });
    const again = new RawClient(second.port);
    await again.signIn(EVENTS);
    expect(await again.call(insert)).toEqual(answer);
    again.socket.destroy();
    await second.stop();
  });

  it("is refused in one session too many: 261", () => {
    const journal = { append: () => {}, covered: () => Promise.resolve() };
    const writes = new RetryableWrites(journal, { collections: [], documents: [], sessions: [] }, () => 0);
    for (let session = 0; session < MAX_SESSIONS; session++) writes.remember(String(session), 1n, { ok: 1 });
    expect(() => writes.recall("another", 1n)).toThrow(/cannot remember another session/);
    expect(writes.recall("0", 2n)).toBeNull();
  });

  it("is forgotten with its session, or when the session has idled for its announced time", async () => {
    const session = lsid();
    const command = { ...increment, lsid: session, txnNumber: Long.fromNumber(1) };
    await raw.call(command);
    await raw.call({ endSessions: [session], $db: "admin" });
    await raw.call(command);
    expect(await nOf()).toBe(2);
    now += SESSION_TIMEOUT_MINUTES * 60_000;
    await server.sweep();
    await raw.call(command);
    expect(await nOf()).toBe(2);
    now += SESSION_TIMEOUT_MINUTES * 60_000 + 1;
    await server.sweep();
    await raw.call(command);
    expect(await nOf()).toBe(3);
  });

  it.each([
    ["without a session", { txnNumber: Long.fromNumber(1) }, 72],
    ["that is no 64-bit integer", { lsid: { id: new UUID() }, txnNumber: 1 }, 14],
    ["with a session id that is no UUID", { lsid: { id: "x" }, txnNumber: Long.fromNumber(1) }, 14],
  ])("a transaction number %s is refused", async (_name, fields, code) => {
    expect(await raw.call({ ...increment, ...fields })).toMatchObject({ ok: 0, code });
    expect(await nOf()).toBe(0);
  });
});

describe("sessions of the driver", () => {
  it("carry ordinary operations, and retryable writes are on", async () => {
    const client = server.client({ monitorCommands: true });
    const sent: object[] = [];
    client.on("commandStarted", ({ commandName, command }) => {
      if (commandName === "insert") sent.push(command);
    });
    await client.withSession(async (session) => {
      await client.db().collection("counters").insertOne({ n: 1 }, { session });
      expect(await client.db().collection("counters").countDocuments({}, { session })).toBe(2);
    });
    expect(sent).toMatchObject([{ txnNumber: expect.anything(), lsid: expect.anything() }]);
  });

  // https://www.mongodb.com/docs/manual/core/transactions/
  it("cannot start a multi-document transaction: 263, and nothing is written", async () => {
    const client = server.client();
    const session = client.startSession();
    session.startTransaction();
    const insert = client
      .db()
      .collection<{ _id: number; n: number }>("counters")
      .insertOne({ _id: 5, n: 1 }, { session });
    await expect(insert).rejects.toMatchObject({
      code: 263,
      message: expect.stringContaining("not supported"),
    });
    await expect(insert).rejects.toBeInstanceOf(MongoServerError);
    await session.abortTransaction();
    await session.endSession();
    expect(await counters().countDocuments()).toBe(1);
    expect(await codeOf(client.db("admin").command({ commitTransaction: 1 }))).toBe(263);
  });
});
