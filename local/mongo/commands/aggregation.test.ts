import { type Db, type Document, ObjectId } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

// https://www.mongodb.com/docs/manual/reference/command/aggregate/
let server: Fixture;
let db: Db;
const venue = new ObjectId();
beforeAll(async () => {
  server = await fixture();
  db = server.client().db();
  await db.collection("venues").insertMany([{ _id: venue, name: "Opera" }]);
  await db.collection<Document & { _id: number }>("events").insertMany([
    { _id: 1, venueId: venue, tier: "A", price: 10, tags: ["x", "y"] },
    { _id: 2, venueId: venue, tier: "B", price: 20, tags: ["y"] },
    { _id: 3, venueId: null, tier: "A", price: 30 },
  ]);
});
afterAll(() => server.stop());
const run = (pipeline: object[], options = {}) =>
  db.collection("events").aggregate(pipeline, options).toArray();

describe("aggregate", () => {
  it("does not change what is stored and matched", async () => {
    const nested = db.collection<Document & { _id: number }>("nested");
    await nested.insertOne({ _id: 1, a: { b: 1, c: [{ d: 1 }] } });
    await nested.aggregate([{ $set: { "a.b": 2 } }, { $unset: "a.c.d" }]).toArray();
    await nested
      .aggregate([{ $project: { "a.b": 0 } }, { $unwind: "$a.c" }, { $set: { "a.c.d": 5 } }])
      .toArray();
    expect(await nested.findOne({ "a.b": 1, "a.c.d": 1 })).toEqual({ _id: 1, a: { b: 1, c: [{ d: 1 }] } });
  });

  it("comes in batches, and takes variables", async () => {
    expect(await run([{ $match: {} }], { batchSize: 1 })).toHaveLength(3);
    expect(
      await run([{ $match: { $expr: { $eq: ["$tier", "$$wanted"] } } }], { let: { wanted: "B" } }),
    ).toHaveLength(1);
  });

  it("of a missing collection is empty", async () => {
    expect(
      await db
        .collection("none")
        .aggregate([{ $match: { a: 1 } }])
        .toArray(),
    ).toEqual([]);
  });
});

describe("refused", () => {
  it.each([
    ["an unknown stage", [{ $foo: {} }], 40324],
    ["an unknown stage in a facet", [{ $facet: { a: [{ $foo: 1 }] } }], 40324],
    ["a stage with two names", [{ $match: {}, $limit: 1 }], 40323],
    ["writing with $out", [{ $out: "other" }], 238],
    ["writing with $merge", [{ $merge: { into: "other" } }], 238],
    ["a change stream", [{ $changeStream: {} }], 238],
    ["a bad operator in $match", [{ $match: { a: { $foo: 1 } } }], 2],
    ["an unknown expression", [{ $project: { a: { $foo: 1 } } }], 168],
    ["JavaScript", [{ $project: { a: { $function: { body: "return 1", args: [], lang: "js" } } } }], 2],
  ])("%s", async (_name, pipeline, code) => {
    expect(await codeOf(run(pipeline))).toBe(code);
  });

  it("a pipeline that is no array: 14", async () => {
    expect(await codeOf(db.command({ aggregate: "events", pipeline: 1, cursor: {} }))).toBe(14);
  });
});
