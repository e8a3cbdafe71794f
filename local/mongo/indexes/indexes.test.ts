import { type Collection, type Db, type Document, MongoServerError } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

type Row = Document & { _id: string | number };

// https://www.mongodb.com/docs/manual/indexes/
let server: Fixture;
let db: Db;
let rows: Collection<Row>;
let now = 1_700_000_000_000;
beforeAll(async () => {
  server = await fixture({ clock: () => now });
  db = server.client().db();
  rows = db.collection<Row>("rows");
});
afterAll(() => server.stop());
beforeEach(() => db.dropDatabase());

/** How many documents a find looked at, and through which index. */
async function examined(filter: object): Promise<[count: number, index: string | undefined]> {
  const explained = await rows.find(filter).explain("executionStats");
  return [
    explained.executionStats.totalDocsExamined,
    explained.queryPlanner.winningPlan.inputStage?.indexName as string | undefined,
  ];
}

// https://www.mongodb.com/docs/manual/core/index-unique/
describe("unique indexes", () => {
  it("refuse a second document in MongoDB's words", async () => {
    await rows.createIndex({ email: 1 }, { unique: true });
    await rows.insertOne({ _id: 1, email: "a@example.org" });
    const error = await rows.insertOne({ _id: 2, email: "a@example.org" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: "a@example.org" },
      message:
        'E11000 duplicate key error collection: events.rows index: email_1 dup key: { email: "a@example.org" }',
    });
  });

  it.each([
    ["the _id", {}, {}, { _id: 1 }, { _id: 1 }],
    ["a missing field and null", { a: 1 }, {}, { _id: 1 }, { _id: 2, a: null }],
    ["all fields of a compound", { a: 1, b: -1 }, {}, { _id: 1, a: 1, b: 2 }, { _id: 2, a: 1, b: 2 }],
    ["an array's element", { tags: 1 }, {}, { _id: 1, tags: ["x", "y"] }, { _id: 2, tags: ["z", "y"] }],
    ["a field of sub-documents", { "o.id": 1 }, {}, { _id: 1, o: [{ id: 1 }] }, { _id: 2, o: { id: 1 } }],
    [
      "what a partial index covers",
      { a: 1 },
      { partialFilterExpression: { on: true } },
      { _id: 1, a: 1, on: true },
      { _id: 2, a: 1, on: true },
    ],
  ])("compare %s", async (_name, key, options, first, second) => {
    if (Object.keys(key).length > 0) await rows.createIndex(key, { unique: true, ...options });
    await rows.insertOne(first);
    expect(await codeOf(rows.insertOne(second))).toBe(11000);
    expect(await rows.countDocuments()).toBe(1);
  });

  it.each([
    [
      "other values in one field of a compound",
      { a: 1, b: 1 },
      {},
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 2 },
    ],
    ["missing fields of a sparse index", { a: 1 }, { sparse: true }, { _id: 1 }, { _id: 2 }],
    [
      "what a partial index leaves out",
      { a: 1 },
      { partialFilterExpression: { on: true } },
      { _id: 1, a: 1 },
      { _id: 2, a: 1, on: true },
    ],
    ["an element twice in one array", { tags: 1 }, {}, { _id: 1, tags: ["x", "x"] }, { _id: 2, tags: ["y"] }],
    ["a number and its text", { a: 1 }, {}, { _id: 1, a: 1 }, { _id: 2, a: "1" }],
  ])("allow %s", async (_name, key, options, first, second) => {
    await rows.createIndex(key, { unique: true, ...options });
    await rows.insertMany([first, second]);
    expect(await rows.countDocuments()).toBe(2);
  });

  it("free a key when its document goes or changes", async () => {
    await rows.createIndex({ a: 1 }, { unique: true });
    await rows.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ]);
    await rows.updateOne({ _id: 1 }, { $set: { a: 3 } });
    await rows.updateOne({ _id: 2 }, { $set: { a: 1 } });
    await rows.deleteOne({ _id: 2 });
    await rows.insertOne({ _id: 4, a: 1 });
    expect(await codeOf(rows.insertOne({ _id: 5, a: 3 }))).toBe(11000);
  });

  it("cannot be built over duplicates: 11000, and are then not there", async () => {
    await rows.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    expect(await codeOf(rows.createIndex({ a: 1 }, { unique: true }))).toBe(11000);
    expect(await rows.listIndexes().toArray()).toHaveLength(1);
  });
});

describe("look-ups", () => {
  beforeEach(async () => {
    const many = Array.from({ length: 500 }, (_, at) => ({
      _id: at,
      bookingId: `b${at}`,
      state: at % 2 ? "A" : "B",
      org: at % 10,
      tags: [at, `t${at % 5}`],
    }));
    await rows.insertMany(many);
  });

  it("go by _id", async () => {
    expect(await examined({ _id: 7 })).toEqual([1, "_id_"]);
    expect(await examined({ _id: { $in: [7, 8, 9999] }, state: "A" })).toEqual([2, "_id_"]);
  });

  it("go by an indexed equality, whatever else the filter asks", async () => {
    await rows.createIndex({ bookingId: 1 }, { unique: true });
    expect(await examined({ bookingId: "b7", state: "A" })).toEqual([1, "bookingId_1"]);
    expect(await examined({ $and: [{ state: "A" }, { bookingId: { $eq: "b7" } }] })).toEqual([
      1,
      "bookingId_1",
    ]);
    expect((await examined({ state: "A" }))[0]).toBe(500);
  });

  it("go by the first fields of a compound index, not by its later ones", async () => {
    await rows.createIndex({ org: 1, state: 1, bookingId: 1 });
    expect(await examined({ org: 3, state: "A" })).toEqual([50, "org_1_state_1_bookingId_1"]);
    expect(await examined({ org: { $in: [3, 4] } })).toEqual([100, "org_1_state_1_bookingId_1"]);
    expect(await examined({ org: 3, bookingId: "b3" })).toEqual([50, "org_1_state_1_bookingId_1"]);
    expect((await examined({ state: "A" }))[0]).toBe(500);
  });

  it("find elements of arrays", async () => {
    await rows.createIndex({ tags: 1 });
    expect(await examined({ tags: "t3" })).toEqual([100, "tags_1"]);
  });

  it("use a partial index only for filters inside it", async () => {
    await rows.createIndex({ org: 1 }, { partialFilterExpression: { state: "A" } });
    expect(await examined({ org: 3, state: "A" })).toEqual([50, "org_1"]);
    expect((await examined({ org: 3 }))[0]).toBe(500);
  });

  it("find absent fields, which a sparse index does not hold", async () => {
    await rows.createIndex({ v: 1 }, { sparse: true });
    await rows.insertOne({ _id: "null", v: null });
    expect(await rows.countDocuments({ v: null })).toBe(501);
    expect(await rows.countDocuments({ v: { $in: [null, 1] } })).toBe(501);
  });

  it("find the same with and without the index, for every kind of condition", async () => {
    await rows.insertMany([
      { _id: "n", v: null },
      { _id: "m" },
      { _id: "e", v: [] },
      { _id: "l", v: [1, [2]] },
      { _id: "o", v: { a: 1 } },
      { _id: "1", v: 1 },
      { _id: "s", v: "1" },
    ]);
    const filters = [
      { v: null },
      { v: [] },
      { v: 1 },
      { v: [1, [2]] },
      { v: { a: 1 } },
      { v: /1/ },
      { v: { $in: [1, null] } },
      { v: { $in: [1, "1"] } },
      { v: { $ne: 1 } },
      { v: { $exists: false } },
      { "v.a": 1 },
    ];
    const all = () =>
      Promise.all(filters.map(async (filter) => (await rows.find(filter).toArray()).map(({ _id }) => _id)));
    const scanned = await all();
    await rows.createIndex({ v: 1 });
    await rows.createIndex({ "v.a": 1 });
    expect(await all()).toEqual(scanned);
    expect(scanned[2]).toEqual(["l", "1"]);
  });
});

// https://www.mongodb.com/docs/manual/reference/command/createIndexes/
describe("definitions", () => {
  it("are listed, and creating the same again changes nothing", async () => {
    await rows.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { b: 1 } });
    await rows.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { b: 1 } });
    expect(await rows.listIndexes().toArray()).toEqual([
      { v: 2, key: { _id: 1 }, name: "_id_" },
      { v: 2, key: { a: 1 }, name: "a_1", unique: true, partialFilterExpression: { b: 1 } },
    ]);
  });

  it("are dropped by name, by key or all but _id", async () => {
    await rows.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }, { key: { c: 1 } }]);
    await rows.dropIndex("a_1");
    await db.command({ dropIndexes: "rows", index: { b: 1 } });
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(["_id_", "c_1"]);
    await rows.dropIndexes();
    expect(await rows.indexes()).toHaveLength(1);
  });

  it.each([
    ["other keys under a taken name", { key: { b: 1 }, name: "a_1" }, 86],
    ["other options under a taken name", { key: { a: 1 }, name: "a_1", unique: true }, 86],
    ["the same keys under another name", { key: { a: 1 }, name: "other" }, 85],
    ["no keys", { key: {}, name: "x" }, 67],
    [
      "more than 32 fields",
      { key: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`f${at}`, 1])), name: "x" },
      67,
    ],
    ["a text index", { key: { a: "text" }, name: "x" }, 67],
    ["a wildcard", { key: { "$**": 1 }, name: "x" }, 67],
    ["a collation", { key: { c: 1 }, name: "x", collation: { locale: "de" } }, 67],
    ["no name", { key: { c: 1 } }, 9],
    ["a compound TTL", { key: { c: 1, d: 1 }, name: "x", expireAfterSeconds: 1 }, 67],
    ["a bad partial filter", { key: { c: 1 }, name: "x", partialFilterExpression: { a: { $foo: 1 } } }, 2],
  ])("refuses %s", async (_name, index, code) => {
    await rows.createIndex({ a: 1 });
    expect(await codeOf(db.command({ createIndexes: "rows", indexes: [index] }))).toBe(code);
  });

  it("refuses a 65th index: 67", async () => {
    const indexes = Array.from({ length: 64 }, (_, at) => ({ key: { [`f${at}`]: 1 }, name: `f${at}` }));
    await db.command({ createIndexes: "rows", indexes: indexes.slice(0, 63) });
    expect(await codeOf(db.command({ createIndexes: "rows", indexes: indexes.slice(63) }))).toBe(67);
  });

  it("refuses to drop _id (72) and what is not there (27, 26)", async () => {
    await rows.insertOne({ _id: 1 });
    expect(await codeOf(rows.dropIndex("_id_"))).toBe(72);
    expect(await codeOf(rows.dropIndex("none"))).toBe(27);
    expect(await codeOf(db.command({ dropIndexes: "none", index: "x" }))).toBe(26);
  });

  it("refuses two arrays in one compound index: 171", async () => {
    await rows.createIndex({ a: 1, b: 1 });
    expect(await codeOf(rows.insertOne({ _id: 1, a: [1, 2], b: [1, 2] }))).toBe(171);
  });
});

// https://www.mongodb.com/docs/manual/core/index-ttl/
it("a TTL index lets the sweep delete what has expired, and nothing else", async () => {
  await rows.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  await rows.insertMany([
    { _id: 1, at: new Date(now - 60_000) },
    { _id: 2, at: new Date(now - 59_000) },
    { _id: 3, at: "text" },
    { _id: 4 },
  ]);
  await server.sweep();
  expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([2, 3, 4]);
  now += 1000;
  await server.sweep();
  expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([3, 4]);
});
