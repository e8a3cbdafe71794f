import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Db } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fixture, fixture, USERS, uriOf } from "../mongo/fixture.ts";
import { readMongoFile } from "./mongo/file.ts";
import { withLease } from "./mongo/records.ts";
import { stepsTo } from "./mongo/steps.ts";
import { migrateMongo } from "./mongo.ts";
import { type LesserMongo, startLesserMongo } from "./testing/lesser-mongo.ts";

let server: Fixture;
let db: Db;
let dir: string;
let file: string;

beforeAll(async () => {
  server = await fixture();
  db = server.client().db();
  dir = await mkdtemp(join(tmpdir(), "ticketflow-migrate-mongo-"));
  file = join(dir, "events.json");
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => db.dropDatabase());

const SCHEMA = {
  bsonType: "object",
  required: ["price"],
  properties: { price: { bsonType: "int", minimum: 0 } },
};
const BY_PRICE = { name: "by_price", key: { price: 1 } };
const DUE = { name: "due", key: { at: 1 }, expireAfterSeconds: 60 };
const OPEN = { name: "open", key: { open: 1 }, partialFilterExpression: { open: true } };
const ONE_A_SEAT = { name: "one_a_seat", key: { seat: 1 }, unique: true };

const write = (version: number, tickets: object, path = file) =>
  writeFile(path, JSON.stringify({ version, collections: { tickets } }));
const migrate = (over: { dryRun?: boolean; uri?: string } = {}) =>
  migrateMongo({ uri: server.uri(), file, ...over });
const indexNames = async () => (await db.collection("tickets").indexes()).map(({ name }) => name);
const records = () => db.collection("migrations").find().toArray();

describe("a file", () => {
  test("is applied once: validators, then indexes", async () => {
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE, DUE, OPEN, ONE_A_SEAT] });
    expect(await migrate()).toEqual({
      applied: [
        ...[
          "validator of tickets",
          "index by_price of tickets",
          "index due of tickets",
          "index open of tickets",
        ],
        ...["index one_a_seat of tickets", "version 1"],
      ],
      notes: [],
    });
    await expect(db.collection("tickets").insertOne({ price: -1 })).rejects.toMatchObject({ code: 121 });
    expect(await db.collection("tickets").indexes()).toMatchObject([
      { name: "_id_" },
      BY_PRICE,
      DUE,
      OPEN,
      ONE_A_SEAT,
    ]);
    expect(await migrate()).toEqual({ applied: [], notes: [] });
    expect(await records()).toMatchObject([{ _id: 1, appliedAt: expect.any(Date), notApplied: [] }]);
  });

  test("of a later version is applied to what is there: a looser schema, an index more and one less", async () => {
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE] });
    await migrate();
    await db.collection("tickets").insertOne({ price: 1 });
    const looser = { ...SCHEMA, properties: { price: { bsonType: ["int", "null"] } } };
    await write(2, { schema: looser, indexes: [OPEN], dropIndexes: ["by_price", "never_was"] });
    expect((await migrate()).applied).toEqual([
      ...["validator of tickets", "without index by_price of tickets", "index open of tickets", "version 2"],
    ]);
    await db.collection("tickets").insertOne({ price: null });
    expect(await indexNames()).toEqual(["_id_", "open"]);
    expect(await migrate()).toEqual({ applied: [], notes: [] });
  });

  test("is shown and not applied by a dry run, which leaves nothing behind", async () => {
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE] });
    expect((await migrate({ dryRun: true })).applied).toEqual([
      ...["validator of tickets", "index by_price of tickets", "version 1"],
    ]);
    expect(await db.listCollections().toArray()).toEqual([]);
    await migrate();
    expect(await migrate({ dryRun: true })).toEqual({ applied: [], notes: [] });
  });

  test("puts its schema in force also where somebody has just made the collection", async () => {
    await write(1, { schema: SCHEMA });
    const steps = await stepsTo(db, await readMongoFile(file), null);
    await db.collection("tickets").insertOne({ price: 1 });
    for (const step of steps) expect(await step.run()).toBeNull();
    await expect(db.collection("tickets").insertOne({ price: -1 })).rejects.toMatchObject({ code: 121 });
  });

  test("may be laid out otherwise: what counts is what it says", async () => {
    await write(1, { indexes: [BY_PRICE] });
    await migrate();
    await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, "utf8")), null, 4));
    expect(await migrate()).toEqual({ applied: [], notes: [] });
  });

  test("brings back what somebody took away", async () => {
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE] });
    await migrate();
    await db.collection("tickets").dropIndex("by_price");
    await db.command({ collMod: "tickets", validationAction: "warn" });
    expect((await migrate()).applied).toEqual(["validator of tickets", "index by_price of tickets"]);
  });

  test("takes over a database of before there were records, with what is in it", async () => {
    await db.collection("tickets").createIndexes([BY_PRICE]);
    await db.collection("tickets").insertOne({ price: 5 });
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE] });
    expect((await migrate()).applied).toEqual(["validator of tickets", "version 1"]);
  });
});

describe("is refused, and nothing is changed:", () => {
  const indexesIfAny = () => indexNames().catch(() => []);
  const unchanged = async (refused: () => Promise<unknown>, message: string) => {
    const before = [await db.listCollections().toArray(), await records(), await indexesIfAny()];
    await expect(refused()).rejects.toThrow(message);
    expect([await db.listCollections().toArray(), await records(), await indexesIfAny()]).toEqual(before);
  };

  test("an older file than the database had, also where the later one was only begun", async () => {
    await write(2, { indexes: [BY_PRICE] });
    await migrate();
    await write(1, { indexes: [OPEN] });
    await unchanged(() => migrate(), "this checkout is older than the database");
    await unchanged(() => migrate({ dryRun: true }), "this checkout is older than the database");
    await db.collection("migrations").updateOne({}, { $set: { appliedAt: null } });
    await unchanged(() => migrate(), "this checkout is older than the database");
  });

  test("a file that was changed after it was applied", async () => {
    await write(1, { indexes: [BY_PRICE] });
    await migrate();
    await write(1, { indexes: [BY_PRICE, OPEN] });
    await unchanged(
      () => migrate(),
      "was changed after its version 1 was applied; make it version 2 instead",
    );
  });

  test.each([
    ["fields", { ...BY_PRICE, key: { price: -1 as const } }],
    ["fields in another order", { name: "by_price", key: { seat: 1, price: 1 } }],
    ["uniqueness", { ...BY_PRICE, unique: true }],
    ["filter", { ...BY_PRICE, partialFilterExpression: { price: 1 } }],
  ])("an index of a name that is taken by one of other %s", async (_, index) => {
    const first = "seat" in index.key ? { name: "by_price", key: { price: 1, seat: 1 } } : BY_PRICE;
    await write(1, { indexes: [first] });
    await migrate();
    await write(2, { indexes: [OPEN, index] });
    await unchanged(() => migrate(), "index by_price of tickets is another one in the database");
    await expect(migrate()).rejects.toThrow("in a later version list the old one in dropIndexes");
  });

  test("fields that are indexed under another name, with what to do about it", async () => {
    await write(1, { indexes: [BY_PRICE] });
    await migrate();
    await write(2, { indexes: [{ ...BY_PRICE, name: "price_first" }] });
    await expect(migrate()).rejects.toThrow(
      /^index price_first of tickets is another one.*An index never changes/s,
    );
    await write(2, { indexes: [{ ...BY_PRICE, name: "price_first" }], dropIndexes: ["by_price"] });
    await migrate();
    expect(await indexNames()).toEqual(["_id_", "price_first"]);
  });

  test("a schema that documents do not pass, by their ids", async () => {
    await db.collection<{ _id: string; price: number }>("tickets").insertMany([
      { _id: "good", price: 1 },
      { _id: "bad", price: -1 },
    ]);
    await write(1, { schema: SCHEMA });
    await expect(migrate()).rejects.toThrow(
      "documents of tickets do not pass its new schema, such as bad: mend them first",
    );
    await db.collection("tickets").insertOne({ price: -2 });
    // A version that was begun may be mended.
    await write(1, {});
    expect((await migrate()).applied).toEqual(["version 1"]);
  });

  test("a unique index over what is there twice, in the server's own words", async () => {
    await db.collection("tickets").insertMany([{ seat: 1 }, { seat: 1 }]);
    await write(1, { indexes: [ONE_A_SEAT] });
    await expect(migrate()).rejects.toThrow("E11000");
  });

  test.each([
    ["no JSON", "{", "JSON"],
    ["no version", '{"collections":{}}', "version"],
    ["a word that means nothing", '{"version":1,"collections":{"a":{"index":[]}}}', "collections.a"],
    [
      "a collection of the records' name",
      '{"version":1,"collections":{"migrations":{}}}',
      "where the versions are kept",
    ],
    [
      "an index that comes and goes",
      '{"version":1,"collections":{"a":{"indexes":[{"name":"x","key":{"a":1}}],"dropIndexes":["x"]}}}',
      "named twice",
    ],
  ])("a file with %s, by its name", async (_, text, message) => {
    await writeFile(file, text);
    await unchanged(() => migrate(), message);
    await expect(migrate()).rejects.toThrow(file);
  });
});

describe("of several at once", () => {
  test("one applies and the others wait", async () => {
    await write(1, { schema: SCHEMA, indexes: [BY_PRICE, OPEN] });
    const outcomes = await Promise.all([migrate(), migrate(), migrate()]);
    expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 4]);
  });

  test("the next goes on where one died, once its lease has ended", async () => {
    const migrations = db.collection<{ _id: string }>("migrations");
    const until = new Date(Date.now() + 600);
    await migrations.insertOne({ _id: "lease", owner: "dead", until } as never);
    await write(1, { indexes: [BY_PRICE] });
    await migrate();
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
    expect(await migrations.countDocuments({ _id: "lease" })).toBe(0);
  });

  test("one that finds all there waits for nobody", async () => {
    await write(1, { indexes: [BY_PRICE] });
    await migrate();
    const migrations = db.collection<{ _id: string }>("migrations");
    const lease = { _id: "lease", owner: "another", until: new Date("2100-01-01") };
    await migrations.insertOne(lease);
    expect(await migrate()).toEqual({ applied: [], notes: [] });
    expect(await migrations.findOne({ _id: "lease" })).toEqual(lease);
  });

  test("one that lost its lease does nothing more, and leaves the lease to who has it", async () => {
    const migrations = db.collection<{ _id: string; owner: string }>("migrations");
    await withLease(db, async (assertHeld) => {
      await assertHeld();
      await migrations.updateOne({ _id: "lease" }, { $set: { owner: "another" } });
      await expect(assertHeld()).rejects.toThrow("another migration has taken over");
    });
    expect(await migrations.findOne({ _id: "lease" })).toMatchObject({ owner: "another" });
  });
});

describe("a server that knows less", () => {
  let lesser: LesserMongo;
  beforeAll(async () => {
    lesser = await startLesserMongo(server.port, (command) => {
      const asked = JSON.stringify(command);
      if ("create" in command) return "validator" in command;
      if ("createIndexes" in command) return /partialFilterExpression|expireAfterSeconds/.test(asked);
      return "collMod" in command;
    });
  });
  afterAll(() => lesser.close());
  const onLesser = (dryRun = false) =>
    migrate({ uri: `${uriOf(lesser.port, USERS[0]!)}?directConnection=true`, dryRun });
  const NOTES = [
    ...["validator of tickets", "expireAfterSeconds of index due of tickets"],
    "partialFilterExpression of index open of tickets",
  ];

  test("is left without what it does not know, and every run says so", async () => {
    await write(1, { schema: SCHEMA, indexes: [DUE, OPEN, ONE_A_SEAT] });
    expect(await onLesser()).toEqual({ applied: ["index one_a_seat of tickets", "version 1"], notes: NOTES });
    expect(await db.collection("tickets").indexes()).toMatchObject([
      { name: "_id_" },
      { name: "due", key: { at: 1 } },
      { name: "open", key: { open: 1 } },
      ONE_A_SEAT,
    ]);
    expect(await onLesser()).toEqual({ applied: [], notes: NOTES });
    expect(await onLesser(true)).toEqual({ applied: [], notes: NOTES });
  });

  test("is not given a unique index without its filter", async () => {
    await write(1, { indexes: [{ ...OPEN, unique: true }] });
    await expect(onLesser()).rejects.toThrow(
      "does not know partialFilterExpression of index open of tickets; it is unique",
    );
    expect(await db.listCollections({ name: "tickets" }).toArray()).toEqual([]);
  });

  test("that has learned it meanwhile says that the plain index is another one", async () => {
    await write(1, { indexes: [OPEN] });
    await onLesser();
    await expect(migrate()).rejects.toThrow("index open of tickets is another one in the database");
  });
});

test("a server that is not there is named by the driver's own error", async () => {
  await write(1, {});
  const nowhere = "mongodb://127.0.0.1:1/events?serverSelectionTimeoutMS=200";
  await expect(migrate({ uri: nowhere })).rejects.toThrow("ECONNREFUSED");
});
