import { type Collection, type Document, Double, Int32, Long, ObjectId, Timestamp } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

type Row = Document & { _id: string | number };

// https://www.mongodb.com/docs/manual/reference/operator/update/
let server: Fixture;
let rows: Collection<Row>;
beforeAll(async () => {
  server = await fixture({ clock: () => 1_700_000_000_000 });
  rows = server.client().db().collection<Row>("rows");
});
afterAll(() => server.stop());

/** Applies an update to one fresh document and returns what became of it. */
async function updated(document: object, update: object, filter: object = {}, options: object = {}) {
  await rows.deleteMany({});
  await rows.insertOne({ _id: 1, ...document });
  await rows.updateOne({ _id: 1, ...filter }, update, options);
  const { _id, ...fields } = (await rows.findOne({})) ?? {};
  return fields;
}

describe("field operators", () => {
  it.each([
    ["$set", { a: 1 }, { $set: { a: 2, "b.c": 3 } }, { a: 2, b: { c: 3 } }],
    ["$set of an element", { a: [{ n: 1 }] }, { $set: { "a.0.n": 2, "a.2": 5 } }, { a: [{ n: 2 }, null, 5] }],
    ["$unset", { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: "", "b.c": "", z: "" } }, { b: { d: 2 } }],
    ["$unset of an element", { a: [1, 2] }, { $unset: { "a.0": "" } }, { a: [null, 2] }],
    ["$inc", { n: 1 }, { $inc: { n: 2, m: 5 } }, { n: 3, m: 5 }],
    ["$mul", { n: 3 }, { $mul: { n: 2, m: 5 } }, { n: 6, m: 0 }],
    ["$min and $max", { a: 5, b: 5 }, { $min: { a: 3 }, $max: { b: 3, c: 1 } }, { a: 3, b: 5, c: 1 }],
    ["$rename", { a: 1 }, { $rename: { a: "b.c", z: "y" } }, { b: { c: 1 } }],
    ["$currentDate", {}, { $currentDate: { at: true } }, { at: new Date(1_700_000_000_000) }],
    ["$setOnInsert of an existing", { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
  ])("%s", async (_name, document, update, expected) => {
    expect(await updated(document, update)).toEqual(expected);
  });

  it("$currentDate makes a timestamp", async () => {
    const result = await updated({}, { $currentDate: { at: { $type: "timestamp" } } });
    expect(result).toEqual({ at: new Timestamp({ t: 1_700_000_000, i: 1 }) });
  });

  it("arithmetic keeps MongoDB's number types", async () => {
    const types = async (start: object, by: object) => {
      await rows.deleteMany({});
      await rows.insertOne({ _id: 1, n: start });
      await rows.updateOne({}, { $inc: { n: by as Double } });
      return (await rows.findOne({}, { promoteValues: false, promoteLongs: false }))?.n;
    };
    expect(await types(new Int32(1), new Int32(1))).toStrictEqual(new Int32(2));
    expect(await types(new Int32(2_147_483_647), new Int32(1))).toStrictEqual(Long.fromNumber(2_147_483_648));
    expect(await types(Long.fromString("9007199254740993"), new Int32(1))).toStrictEqual(
      Long.fromString("9007199254740994"),
    );
    expect(await types(new Int32(1), new Double(1))).toStrictEqual(new Double(2));
  });
});

// https://www.mongodb.com/docs/manual/reference/operator/update-array/
describe("array operators", () => {
  it.each([
    ["$push", { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
    ["$push $each", { a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
    ["$push $position", { a: [1] }, { $push: { a: { $each: [0], $position: 0 } } }, { a: [0, 1] }],
    ["$push $slice from the end", { a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    ["$push $slice 0", { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 0 } } }, { a: [] }],
    [
      "$push $sort",
      { a: [{ n: 2 }] },
      { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } },
      { a: [{ n: 1 }, { n: 2 }] },
    ],
    [
      "$addToSet",
      { a: [1, { b: 1 }] },
      { $addToSet: { a: { $each: [1, { b: 1 }, 2, 2] } } },
      { a: [1, { b: 1 }, 2] },
    ],
    ["$pull by value", { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
    ["$pull by operator", { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    ["$pull by sub-query", { a: [{ n: 1, m: 1 }, { n: 2 }] }, { $pull: { a: { n: 1 } } }, { a: [{ n: 2 }] }],
    ["$pullAll", { a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    ["$pop", { a: [1, 2], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1], b: [2] }],
  ])("%s", async (_name, document, update, expected) => {
    expect(await updated(document, update)).toEqual(expected);
  });

  it("positional $ changes the element the query matched, several of its fields at once", async () => {
    const items = [{ id: 1 }, { id: 2, s: "x" }, { id: 3 }];
    const update = { $set: { "items.$.s": "y", "items.$.t": 1 } };
    const expected = { items: [{ id: 1 }, { id: 2, s: "y", t: 1 }, { id: 3 }] };
    expect(await updated({ items }, update, { "items.id": 2 })).toEqual(expected);
    expect(await updated({ items }, update, { items: { $elemMatch: { id: 2, s: "x" } } })).toEqual(expected);
    expect(await updated({ n: [5, 6] }, { $inc: { "n.$": 1 } }, { n: 6 })).toEqual({ n: [5, 7] });
  });

  it("$[] changes all elements, $[name] those its array filter takes", async () => {
    expect(await updated({ n: [1, 2] }, { $inc: { "n.$[]": 1 } })).toEqual({ n: [2, 3] });
    const outbox = [
      { id: "a", sent: false },
      { id: "b", sent: false },
    ];
    const update = { $set: { "outbox.$[e].sent": true, "outbox.$[e].at": 1 } };
    const options = { arrayFilters: [{ "e.id": { $in: ["b"] } }] };
    expect(await updated({ outbox }, update, {}, options)).toEqual({
      outbox: [
        { id: "a", sent: false },
        { id: "b", sent: true, at: 1 },
      ],
    });
  });
});

describe("whole documents and pipelines", () => {
  it("replaceOne keeps the _id and nothing else", async () => {
    await updated({ a: 1 }, { $set: { b: 1 } });
    await rows.replaceOne({ _id: 1 }, { c: 1 } as unknown as Row);
    expect(await rows.findOne({})).toEqual({ _id: 1, c: 1 });
  });

  // https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/
  it("a pipeline computes from the document and leaves other fields' types alone", async () => {
    await rows.deleteMany({});
    await rows.insertOne({ _id: 1, a: 2, b: 3, keep: new Double(1) });
    await rows.updateOne({}, [{ $set: { sum: { $add: ["$a", "$b"] } } }, { $unset: "a" }]);
    const row = await rows.findOne({}, { promoteValues: false });
    expect(row).toStrictEqual({ _id: new Int32(1), b: new Int32(3), keep: new Double(1), sum: new Int32(5) });
  });

  it("tells matched from modified", async () => {
    await updated({ a: 1 }, { $set: { a: 1 } });
    expect(await rows.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await rows.updateOne({ _id: 2 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 0,
      modifiedCount: 0,
    });
  });

  it("updateMany changes all that match", async () => {
    await rows.deleteMany({});
    await rows.insertMany([{ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3 }]);
    expect(await rows.updateMany({ a: 1 }, { $inc: { a: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
  });
});

// https://www.mongodb.com/docs/manual/reference/method/db.collection.updateOne/#std-label-upsert-behavior
describe("upsert", () => {
  const upsert = async (filter: object, update: object) => {
    await rows.deleteMany({});
    const result = await rows.updateOne(filter, update, { upsert: true });
    return { result, row: await rows.findOne({}) };
  };

  it("inserts the query's equalities, the update and $setOnInsert", async () => {
    const { result, row } = await upsert(
      {
        _id: "p1",
        name: /^x/,
        "a.b": 1,
        state: { $in: ["x", "y"] },
        n: { $gt: 5 },
        $and: [{ c: { $eq: 2 } }],
      },
      { $set: { d: 3 }, $setOnInsert: { e: 4 }, $inc: { f: 1 } },
    );
    expect(result).toMatchObject({ upsertedCount: 1, upsertedId: "p1", matchedCount: 0 });
    expect(row).toEqual({ _id: "p1", a: { b: 1 }, c: 2, d: 3, e: 4, f: 1 });
  });

  it("makes an ObjectId when there is no _id, and a replacement takes only _id from the query", async () => {
    const made = await upsert({ a: 1 }, { $set: { b: 1 } });
    expect(made.result.upsertedId).toBeInstanceOf(ObjectId);
    await rows.deleteMany({});
    await rows.replaceOne({ _id: 5, a: 1 }, { b: 1 } as unknown as Row, { upsert: true });
    expect(await rows.findOne({})).toEqual({ _id: 5, b: 1 });
  });

  it("changes what is there instead, when something is", async () => {
    await updated({ a: 1 }, { $set: { b: 1 } });
    const result = await rows.updateOne(
      { a: 1 },
      { $set: { b: 2 }, $setOnInsert: { c: 1 } },
      { upsert: true },
    );
    expect(result).toMatchObject({ upsertedCount: 0, matchedCount: 1, modifiedCount: 1 });
    expect(await rows.findOne({})).toEqual({ _id: 1, a: 1, b: 2 });
  });
});

describe("refused updates", () => {
  it.each([
    ["an unknown operator", { $foo: { a: 1 } }, 9],
    ["an operator without fields", { $set: 5 }, 9],
    ["the _id", { $set: { _id: 2 } }, 66],
    ["one path twice", { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ["a path and what is below it", { $set: { a: 1, "a.b": 1 } }, 40],
    ["$inc by a text", { $inc: { a: "x" } }, 14],
    ["$inc of a text", { $inc: { text: 1 } }, 14],
    ["a field below a number", { $set: { "number.x": 1 } }, 28],
    ["a name in an array", { $set: { "list.x": 1 } }, 28],
    ["$push to a number", { $push: { number: 1 } }, 2],
    ["$push with an unknown clause", { $push: { list: { $each: [], $foo: 1 } } }, 2],
    ["$each that is no array", { $push: { list: { $each: 1 } } }, 2],
    ["$pop by 2", { $pop: { list: 2 } }, 9],
    ["an element millions past the end", { $set: { "list.2000000": 1 } }, 2],
    ["an empty field name", { $set: { "a..b": 1 } }, 56],
    ["a dollar field", { $set: { "a.$b": 1 } }, 52],
    ["$ without a match in the query", { $set: { "list.$": 1 } }, 2],
    ["$[name] without an array filter", { $set: { "list.$[e]": 1 } }, 2],
    ["$[] on what is no array", { $set: { "number.$[]": 1 } }, 2],
    ["a stage that updates do not have", [{ $match: {} }], 72],
  ])("%s", async (_name, update, code) => {
    await rows.deleteMany({});
    const document = { _id: 1, text: "x", number: 1, list: [1] };
    await rows.insertOne({ ...document });
    expect(await codeOf(rows.updateOne({ _id: 1 }, update as object))).toBe(code);
    expect(await rows.findOne({})).toEqual(document);
  });

  it("a bad operator is refused even when nothing matches", async () => {
    await rows.deleteMany({});
    expect(await codeOf(rows.updateOne({}, { $foo: { a: 1 } } as object))).toBe(9);
  });

  it("an array filter that nothing uses: 9", async () => {
    const update = rows.updateOne({}, { $set: { a: 1 } }, { arrayFilters: [{ "e.x": 1 }] });
    expect(await codeOf(update)).toBe(9);
  });
});
