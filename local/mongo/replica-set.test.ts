import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "#shared/clock.ts";
import { codeOf, RawClient, USERS } from "./fixture.ts";
import { type ReplicaSet, startReplicaSet } from "./replica-set.ts";

const EVENTS = USERS[0]!;

let dataDir: string;
let set: ReplicaSet;
let client: MongoClient;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "mongo-set-"));
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  const engine = { dataDir, users: USERS, clock: systemClock, log: () => {}, onFatal };
  set = await startReplicaSet({ ...engine, members: 3 });
  const hosts = set.ports.map((port) => `127.0.0.1:${port}`).join(",");
  const address = `mongodb://events:${EVENTS.password}@${hosts}/events`;
  client = new MongoClient(address, { heartbeatFrequencyMS: 500, serverSelectionTimeoutMS: 10_000 });
});
afterEach(async () => {
  await client.close();
  await set.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const steps = () => client.db().collection("steps");

/** A client that sees one member alone. */
async function straightTo(member: number) {
  const address = `mongodb://events:${EVENTS.password}@127.0.0.1:${set.ports[member]}/events`;
  const direct = new MongoClient(address, { directConnection: true });
  return { rows: direct.db().collection("steps"), close: () => direct.close() };
}

// https://www.mongodb.com/docs/manual/reference/command/hello/#replica-sets
it("has one primary and two secondaries, each of which tells so", async () => {
  for (const [member, port] of set.ports.entries()) {
    const raw = new RawClient(port);
    const hello = await raw.call({ hello: 1, $db: "admin" });
    raw.socket.destroy();
    expect(hello).toMatchObject({
      isWritablePrimary: member === 0,
      secondary: member !== 0,
      me: `127.0.0.1:${port}`,
      primary: `127.0.0.1:${set.ports[0]}`,
      setName: "ticketflow",
    });
    expect(hello.hosts).toHaveLength(3);
    expect("electionId" in hello).toBe(member === 0);
  }
});

// https://www.mongodb.com/docs/manual/reference/error-codes/
it("refuses on a secondary what belongs to the primary, and reads there for who asks for that", async () => {
  await steps().insertOne({ at: "primary" });
  const secondary = await straightTo(1);
  try {
    expect(await codeOf(secondary.rows.insertOne({ at: "secondary" }))).toBe(10_107);
    expect(await codeOf(secondary.rows.createIndex({ at: 1 }))).toBe(10_107);
    // A direct connection asks for `primaryPreferred` by itself.
    expect(await secondary.rows.countDocuments()).toBe(1);
  } finally {
    await secondary.close();
  }
  const raw = new RawClient(set.ports[1]!);
  await raw.signIn(EVENTS);
  expect(await raw.call({ find: "steps", $db: "events" })).toMatchObject({ ok: 0, code: 13_435 });
  raw.socket.destroy();
});

it("is followed by the driver from primary to primary", async () => {
  await steps().insertOne({ of: 0 });
  for (const primary of [1, 2, 0]) {
    set.stepDown();
    const waiting = steps().insertOne({ of: primary });
    set.elect(primary);
    await waiting;
  }
  expect(await steps().countDocuments()).toBe(4);
});

it("takes a write whose answer was lost once, though it comes to the next primary again", async () => {
  await steps().insertOne({ _id: "one" as never, times: 0 });
  const isCut = set.loseAnswerTo("findAndModify");
  const lost = steps().findOneAndUpdate({}, { $inc: { times: 1 } }, { returnDocument: "after" });
  await isCut;
  set.elect(1);
  expect(await lost).toMatchObject({ times: 1 });
  expect(await steps().findOne()).toMatchObject({ times: 1 });
});

it("goes on without a member that died, and with it when it is back", async () => {
  await steps().insertOne({ of: 0 });
  await set.kill(0);
  const waiting = steps().insertOne({ of: 1 });
  set.elect(1);
  await waiting;
  await set.revive(0);
  set.elect(0);
  await steps().insertOne({ of: 2 });
  expect(await steps().countDocuments()).toBe(3);
});

it("answers an awaitable hello when something changes, not before", async () => {
  const raw = new RawClient(set.ports[1]!);
  const first = await raw.call({ hello: 1, $db: "admin" });
  const { topologyVersion } = first;
  const next = raw.call({ hello: 1, topologyVersion, maxAwaitTimeMS: 30_000, $db: "admin" } as never);
  let isAnswered = false;
  void next.then(() => {
    isAnswered = true;
  });
  await steps().countDocuments();
  expect(isAnswered).toBe(false);
  set.elect(1);
  expect(await next).toMatchObject({ isWritablePrimary: true });
  raw.socket.destroy();
});
