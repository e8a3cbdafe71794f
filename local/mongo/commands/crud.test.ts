import { BSON, type Db, type Document } from "mongodb";
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
  it.each([
    ["an empty batch", { insert: "things", documents: [] }, 16],
    ["documents that are none", { insert: "things", documents: [1] }, 14],
    ["an invalid collection name", { insert: "a$b", documents: [{ _id: 1 }] }, 73],
    ["a system collection", { insert: "system.users", documents: [{ _id: 1 }] }, 73],
  ])("refuses %s", async (_name, command, code) => {
    expect(await codeOf(db.command(command))).toBe(code);
  });

  // https://www.mongodb.com/docs/manual/reference/limits/
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

  it("keeps a number's type where a projection names its field, and the fields in their order", async () => {
    await things().insertOne({ _id: 7, b: new BSON.Double(5), a: BSON.Long.fromNumber(6), c: 1 });
    const of = (projection: object) =>
      things().findOne({ _id: 7 }, { projection, promoteValues: false }) as Promise<Document>;
    const named = await of({ a: 1, b: true, none: 1 });
    expect(Object.keys(named)).toEqual(["_id", "b", "a"]);
    expect([named.b._bsontype, named.a._bsontype]).toEqual(["Double", "Long"]);
    expect(Object.keys(await of({ a: 1, _id: 0 }))).toEqual(["a"]);
    expect(Object.keys(await of({ _id: 1 }))).toEqual(["_id"]);
    expect(Object.keys(await of({ _id: 0 }))).toEqual(["b", "a", "c"]);
  });

  it("tells binary values apart that are no valid text", async () => {
    await things().insertMany([
      { _id: 8, bytes: Buffer.from([0xff]) },
      { _id: 9, bytes: Buffer.from([0xfe]) },
    ]);
    expect(await ids({ bytes: Buffer.from([0xfe]) })).toEqual([9]);
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
  it("refuses another limit than 0 and 1: 9", async () => {
    const reply = await db.command({ delete: "things", deletes: [{ q: {}, limit: 2 }] });
    expect(reply.writeErrors[0].code).toBe(9);
  });
});

it("does not take an unacknowledged write's silence for a lost connection", async () => {
  await things().insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
  await expect.poll(() => things().countDocuments()).toBe(1);
});
