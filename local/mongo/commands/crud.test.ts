import {
  BSON,
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
  UUID,
} from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

type Row = Document & { _id: string | number };

let server: Fixture;
let db: Db;
beforeAll(async () => {
  server = await fixture();
  db = server.client().db();
});
afterAll(() => server.stop());
const things = () => db.collection<Row>("things");
beforeEach(() => db.dropDatabase());

// https://www.mongodb.com/docs/manual/reference/command/insert/
describe("insert", () => {
  it("stores a document and makes an _id", async () => {
    const { insertedId } = await db.collection("things").insertOne({ name: "a" });
    expect(await db.collection("things").findOne({ _id: insertedId })).toEqual({
      _id: insertedId,
      name: "a",
    });
  });

  it("keeps every BSON type exactly", async () => {
    const exact = {
      _id: "exact",
      id: new ObjectId(),
      int: new Int32(1),
      double: new Double(1),
      long: Long.fromNumber(1),
      big: Long.fromString("9007199254740993"),
      decimal: Decimal128.fromString("1.10"),
      date: new Date(0),
      uuid: new UUID(),
      timestamp: new Timestamp({ t: 1, i: 2 }),
      bytes: Buffer.from([0xff, 0xfe]),
      nothing: null,
      flag: true,
      list: [new Double(2), { deep: Long.fromNumber(3) }],
    };
    await things().insertOne(exact);
    const raw = await things().findOne({}, { promoteValues: false, promoteLongs: false });
    expect(raw?.int).toStrictEqual(new Int32(1));
    expect(raw?.double).toStrictEqual(new Double(1));
    expect(raw?.long).toStrictEqual(Long.fromNumber(1));
    expect(String(raw?.big)).toBe("9007199254740993");
    expect(raw?.list).toStrictEqual([new Double(2), { deep: Long.fromNumber(3) }]);
    await things().updateOne({}, { $set: { flag: false } });
    const after = await things().findOne({}, { promoteValues: false, promoteLongs: false });
    expect(after).toStrictEqual({ ...raw, flag: false });
  });

  it("stops an ordered batch at a duplicate, and goes on in an unordered one", async () => {
    const rows = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    const ordered = await things()
      .insertMany(rows)
      .catch((error: { insertedCount: number; code: number }) => error);
    expect(ordered).toMatchObject({ insertedCount: 1, code: 11000 });
    await things().deleteMany({});
    const unordered = await things()
      .insertMany(rows, { ordered: false })
      .catch((error: { insertedCount: number }) => error);
    expect(unordered).toMatchObject({ insertedCount: 2 });
  });

  it.each([
    ["an empty batch", { insert: "things", documents: [] }, 16],
    ["documents that are none", { insert: "things", documents: [1] }, 14],
    ["an invalid collection name", { insert: "a$b", documents: [{ _id: 1 }] }, 73],
    ["a system collection", { insert: "system.users", documents: [{ _id: 1 }] }, 73],
  ])("refuses %s", async (_name, command, code) => {
    expect(await codeOf(db.command(command))).toBe(code);
  });

  // https://www.mongodb.com/docs/manual/reference/limits/
  it("refuses more than 100,000 documents in a batch: 16", async () => {
    const documents = Array.from({ length: 100_001 }, (_, _id) => ({ _id }));
    expect(await codeOf(db.command({ insert: "things", documents }))).toBe(16);
    expect(await things().countDocuments()).toBe(0);
  });

  it("refuses a document over 16 MB, made by insert or by update", async () => {
    // The driver's encoder would not even make such a document.
    BSON.setInternalBufferSize(2 ** 25);
    const big = "x".repeat(9 * 2 ** 20);
    const tooLarge = { _id: 1, a: big, b: big };
    const reply = await db.command({ insert: "things", documents: [tooLarge] });
    expect(reply.writeErrors[0]).toMatchObject({ index: 0, code: 10334 });
    await things().insertOne({ _id: 2, a: big });
    expect(await codeOf(things().updateOne({ _id: 2 }, { $set: { b: big } }))).toBe(10334);
    expect(await things().countDocuments({ b: { $exists: true } })).toBe(0);
  });

  it("refuses a document nested over 180 levels: 15", async () => {
    let deep: object = {};
    for (let level = 0; level < 185; level++) deep = { a: deep };
    expect(await codeOf(things().insertOne({ _id: 1, deep }))).toBe(15);
  });

  it("refuses an array as _id: 53", async () => {
    expect(
      await codeOf(db.collection<Document>("things").insertOne({ _id: [1] as object as ObjectId })),
    ).toBe(53);
  });
});

// https://www.mongodb.com/docs/manual/reference/command/find/
describe("find", () => {
  beforeEach(async () => {
    await things().insertMany([
      { _id: 1, tier: "A", price: 10, tags: ["x", "y"], at: new Date(1000) },
      { _id: 2, tier: "B", price: 20, tags: [], nested: { n: 2 } },
      { _id: 3, tier: "A", price: 30, tags: ["y"], nested: { n: 1 }, gone: null },
    ]);
  });
  const ids = async (filter: object) => (await things().find(filter).toArray()).map(({ _id }) => _id);

  it.each([
    [{}, [1, 2, 3]],
    [{ tier: "A" }, [1, 3]],
    [{ price: { $gt: 10, $lte: 30 } }, [2, 3]],
    [{ tags: "y" }, [1, 3]],
    [{ tags: { $size: 0 } }, [2]],
    [{ "nested.n": { $in: [1, 2] } }, [2, 3]],
    [{ $or: [{ price: 10 }, { "nested.n": 1 }] }, [1, 3]],
    [{ at: { $lt: new Date(2000) } }, [1]],
    [{ gone: null }, [1, 2, 3]],
    [{ gone: { $exists: true } }, [3]],
    [{ tier: { $regex: "^a$", $options: "i" } }, [1, 3]],
    [{ tier: /^b/i }, [2]],
    [{ tier: { $not: { $eq: "A" } } }, [2]],
    [{ $expr: { $gt: ["$price", 15] } }, [2, 3]],
    [{ tier: "A", $comment: "why" }, [1, 3]],
  ])("matches %o", async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  it("sorts in BSON order, then skips and limits", async () => {
    await things().insertMany([{ _id: 4, price: "text" }, { _id: 5 }]);
    const sorted = await things().find().sort({ price: -1, _id: 1 }).toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual([4, 3, 2, 1, 5]);
    const page = await things().find().sort({ tier: 1, price: -1 }).skip(1).limit(2).toArray();
    expect(page.map(({ _id }) => _id)).toEqual([5, 3]);
  });

  it("projects by inclusion, exclusion, $slice, $elemMatch and the positional $", async () => {
    const one = (projection: object, filter: object = { _id: 1 }) => things().findOne(filter, { projection });
    expect(await one({ price: 1 })).toEqual({ _id: 1, price: 10 });
    expect(Object.keys((await one({ price: 1, tier: 1 })) ?? {})).toEqual(["_id", "tier", "price"]);
    expect(await one({ _id: 0, tags: 1 })).toEqual({ tags: ["x", "y"] });
    expect(await one({ tags: 0, at: 0 })).toEqual({ _id: 1, tier: "A", price: 10 });
    expect(await one({ "nested.n": 1 }, { _id: 2 })).toEqual({ _id: 2, nested: { n: 2 } });
    expect(await one({ tags: { $slice: 1 }, _id: 1 })).toMatchObject({ tags: ["x"] });
    expect(await one({ "tags.$": 1 }, { _id: 1, tags: "y" })).toEqual({ _id: 1, tags: ["y"] });
  });

  it("counts and lists distinct values", async () => {
    expect(await things().countDocuments({ tier: "A" })).toBe(2);
    expect(await things().estimatedDocumentCount()).toBe(3);
    expect(await things().distinct("tags")).toEqual(["x", "y"]);
    expect(await things().distinct("tier", { price: { $gt: 10 } })).toEqual(["B", "A"]);
  });

  it("tells binary values apart that are no valid text", async () => {
    await things().insertMany([
      { _id: 8, bytes: Buffer.from([0xff]) },
      { _id: 9, bytes: Buffer.from([0xfe]) },
    ]);
    expect(await ids({ bytes: Buffer.from([0xfe]) })).toEqual([9]);
  });

  it.each([
    [{ a: { $foo: 1 } }, 2],
    [{ $foo: 1 }, 2],
    [{ $or: [] }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ $where: "true" }, 2],
    [{ a: { $regex: "(" } }, 51091],
  ])("refuses the filter %o", async (filter, code) => {
    expect(await codeOf(things().find(filter).toArray())).toBe(code);
  });

  it.each([
    [{ find: "things", sort: { a: 2 } }, 2],
    [{ find: "things", limit: -1 }, 2],
    [{ find: "things", filter: "text" }, 14],
    [{ find: 1 }, 14],
    [{ find: "things", tailable: true }, 238],
    [{ find: "things", collation: { locale: "de" } }, 238],
    [{ find: "things", projection: { a: 1, b: 0 } }, 31254],
    [{ noSuchCommand: 1 }, 59],
  ])("refuses the command %o", async (command, code) => {
    expect(await codeOf(db.command(command))).toBe(code);
  });
});

// https://www.mongodb.com/docs/manual/reference/command/delete/
describe("delete", () => {
  it("deletes one or all that match", async () => {
    await things().insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
      { _id: 3, a: 1 },
    ]);
    expect((await things().deleteOne({ a: 1 })).deletedCount).toBe(1);
    expect((await things().deleteMany({ a: 1 })).deletedCount).toBe(2);
    expect((await things().deleteMany({ a: 1 })).deletedCount).toBe(0);
  });

  it("refuses another limit than 0 and 1: 9", async () => {
    const reply = await db.command({ delete: "things", deletes: [{ q: {}, limit: 2 }] });
    expect(reply.writeErrors[0].code).toBe(9);
  });
});

// https://www.mongodb.com/docs/manual/reference/method/db.collection.bulkWrite/
it("carries out a mixed bulk write", async () => {
  const result = await things().bulkWrite([
    { insertOne: { document: { _id: 1, n: 1 } } },
    { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
    { updateOne: { filter: { _id: 2 }, update: { $set: { n: 9 } }, upsert: true } },
    { deleteOne: { filter: { _id: 1 } } },
  ]);
  expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1 });
  expect(await things().find().toArray()).toEqual([{ _id: 2, n: 9 }]);
});

it("does not take an unacknowledged write's silence for a lost connection", async () => {
  await things().insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
  await expect.poll(() => things().countDocuments()).toBe(1);
});
