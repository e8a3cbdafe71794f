import { type Db, Double, Int32 } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

let server: Fixture;
let db: Db;
beforeAll(async () => {
  server = await fixture();
  db = server.client().db();
});
afterAll(() => server.stop());
beforeEach(() => db.dropDatabase());

// https://www.mongodb.com/docs/manual/reference/command/create/
describe("collections", () => {
  it("are created, listed and dropped", async () => {
    await db.createCollection("b");
    await db.collection("a").insertOne({});
    const listed = await db.listCollections().toArray();
    expect(listed.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(await db.listCollections({ name: "b" }, { nameOnly: true }).toArray()).toEqual([
      { name: "b", type: "collection" },
    ]);
    await db.collection("a").drop();
    expect(await db.collection("a").countDocuments()).toBe(0);
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
  });

  it.each([
    ["twice", { create: "there" }, 48],
    ["under an invalid name", { create: "a$b" }, 73],
    ["under a name too long", { create: "x".repeat(300) }, 73],
    ["capped", { create: "x", capped: true, size: 1000 }, 238],
    ["as a view", { create: "x", viewOn: "there" }, 238],
    ["with a validator that is none", { create: "x", validator: 5 }, 14],
    ["with a bad validator", { create: "x", validator: { a: { $foo: 1 } } }, 2],
    [
      "with a schema keyword that is not supported",
      { create: "x", validator: { $jsonSchema: { format: "email" } } },
      9,
    ],
    ["with an unknown type", { create: "x", validator: { $jsonSchema: { bsonType: "text" } } }, 9],
  ])("are not created %s", async (_name, command, code) => {
    await db.createCollection("there");
    expect(await codeOf(db.command(command))).toBe(code);
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(["there"]);
  });
});

// https://www.mongodb.com/docs/manual/core/schema-validation/specify-json-schema/
describe("validation", () => {
  const schema = {
    bsonType: "object",
    required: ["name", "amount"],
    additionalProperties: false,
    properties: {
      _id: {},
      name: { bsonType: "string", minLength: 2, maxLength: 5, pattern: "^[a-z]+$" },
      amount: { bsonType: ["int", "long"], minimum: 0, maximum: 100 },
      state: { enum: ["NEW", "DONE"] },
      lines: {
        bsonType: "array",
        minItems: 1,
        uniqueItems: true,
        items: { bsonType: "object", required: ["id"] },
      },
    },
  };
  const good = { name: "abc", amount: new Int32(5) };

  it.each([[good], [{ ...good, state: "DONE" }], [{ ...good, lines: [{ id: 1 }, { id: 2 }] }]])(
    "takes %o",
    async (document) => {
      await db.createCollection("orders", { validator: { $jsonSchema: schema } });
      expect(await codeOf(db.collection("orders").insertOne({ ...document }))).toBe("no error");
    },
  );

  it.each([
    ["a missing field", { name: "abc" }],
    ["a wrong type", { ...good, name: 5 }],
    ["a double where an int is asked", { ...good, amount: new Double(5) }],
    ["a number out of bounds", { ...good, amount: new Int32(101) }],
    ["a text too short", { ...good, name: "a" }],
    ["a text of another pattern", { ...good, name: "ABC" }],
    ["a value not listed", { ...good, state: "OLD" }],
    ["a field not named", { ...good, extra: 1 }],
    ["an empty list", { ...good, lines: [] }],
    ["a bad element", { ...good, lines: [{}] }],
    ["equal elements", { ...good, lines: [{ id: 1 }, { id: 1 }] }],
  ])("refuses %s: 121", async (_name, document) => {
    await db.createCollection("orders", { validator: { $jsonSchema: schema } });
    expect(await codeOf(db.collection("orders").insertOne(document))).toBe(121);
    expect(await db.collection("orders").countDocuments()).toBe(0);
  });

  // https://www.mongodb.com/docs/manual/reference/command/collMod/
  it("collMod sets a query validator, which updates obey as well", async () => {
    const orders = db.collection<{ _id: number; n: number }>("orders");
    await orders.insertOne({ _id: 1, n: 1 });
    await db.command({ collMod: "orders", validator: { n: { $lt: 5 } } });
    expect(await codeOf(orders.updateOne({ _id: 1 }, { $set: { n: 7 } }))).toBe(121);
    expect(await codeOf(orders.updateOne({ _id: 2 }, { $set: { n: 7 } }, { upsert: true }))).toBe(121);
    await db.command({ collMod: "orders", validationAction: "warn" });
    expect(await codeOf(orders.updateOne({ _id: 1 }, { $set: { n: 7 } }))).toBe("no error");
    expect((await db.listCollections({ name: "orders" }).toArray())[0]).toMatchObject({
      options: { validator: { n: { $lt: 5 } }, validationAction: "warn" },
    });
  });

  it("collMod of nothing: 26; of what is not supported: 238", async () => {
    expect(await codeOf(db.command({ collMod: "none" }))).toBe(26);
    await db.createCollection("there");
    expect(await codeOf(db.command({ collMod: "there", index: { name: "x", hidden: true } }))).toBe(238);
  });
});

it("serverStatus, dbStats and buildInfo answer", async () => {
  expect(await db.command({ serverStatus: 1 })).toMatchObject({ ok: 1, version: "7.0.0" });
  expect(await db.command({ dbStats: 1 })).toMatchObject({ ok: 1, collections: 0 });
  expect(await db.admin().buildInfo()).toMatchObject({ version: "7.0.0" });
});
