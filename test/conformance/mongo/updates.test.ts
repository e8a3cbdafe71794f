import { Double, Int32, Long } from "mongodb";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, type Row, useMongo } from "./support/world.ts";

const t = useMongo();

const OPERATORS = "https://www.mongodb.com/docs/manual/reference/operator/update/";
const UPDATE = "https://www.mongodb.com/docs/manual/reference/command/update/";
const POSITIONS = "https://www.mongodb.com/docs/manual/reference/operator/update/positional-filtered/";
const MODIFY = "https://www.mongodb.com/docs/manual/reference/command/findAndModify/";
const CODES = "https://www.mongodb.com/docs/manual/reference/error-codes/";

const PAYMENTS: Row[] = [
  { _id: "p1", bookingId: "b1", state: "CREATED", n: 1 },
  { _id: "p2", bookingId: "b2", state: "CREATED", n: 2 },
];

conforms.each(
  OPERATORS,
  [
    ["$set", { a: 1 }, { $set: { a: 2, "b.c": 3 } }, { a: 2, b: { c: 3 } }],
    ["$set of an element", { a: [{ n: 1 }] }, { $set: { "a.0.n": 2, "a.2": 5 } }, { a: [{ n: 2 }, null, 5] }],
    ["$unset", { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: "", "b.c": "", z: "" } }, { b: { d: 2 } }],
    ["$inc", { n: 1 }, { $inc: { n: 2, m: 5 } }, { n: 3, m: 5 }],
    ["$mul", { n: 3 }, { $mul: { n: 2, m: 5 } }, { n: 6, m: 0 }],
    ["$min and $max", { a: 5, b: 5 }, { $min: { a: 3 }, $max: { b: 3, c: 1 } }, { a: 3, b: 5, c: 1 }],
    ["$rename", { a: 1 }, { $rename: { a: "b.c", z: "y" } }, { b: { c: 1 } }],
    ["$setOnInsert of what is there", { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
    ["$push", { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
    [
      "$push with $each, $sort and $slice",
      { a: [3] },
      { $push: { a: { $each: [5, 1], $sort: 1, $slice: 2 } } },
      { a: [1, 3] },
      "push-modifiers",
    ],
    ["$addToSet", { a: [1] }, { $addToSet: { a: { $each: [1, 2] } } }, { a: [1, 2] }],
    ["$pull", { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }, "pull-conditions"],
    ["$pop", { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
  ] as const,
  ([name]) => name,
  async ([, document, update, expected, feature]) => {
    if (feature) needs(feature);
    const rows = await t.rows({ _id: 1, ...document });
    await rows.updateOne({ _id: 1 }, update as object);
    expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1, ...expected });
  },
);

conforms(
  "https://www.mongodb.com/docs/manual/reference/operator/update/inc/",
  "arithmetic widens",
  async () => {
    const sum = async (start: object, by: object) => {
      const rows = await t.rows({ _id: 1, n: start });
      await rows.updateOne({}, { $inc: { n: by as Double } });
      return (await rows.findOne({}, { promoteValues: false, promoteLongs: false }))?.n;
    };
    expect(await sum(new Int32(1), new Int32(1))).toStrictEqual(new Int32(2));
    expect(await sum(new Int32(2_147_483_647), new Int32(1))).toStrictEqual(Long.fromNumber(2_147_483_648));
    expect(await sum(new Int32(1), new Double(1))).toStrictEqual(new Double(2));
  },
);

conforms(POSITIONS, "the element that matched, all elements, and those of a filter", async () => {
  needs("positional-updates");
  const rows = await t.rows({
    _id: 1,
    lines: [
      { s: "A", n: 1 },
      { s: "B", n: 2 },
    ],
  });
  await rows.updateOne({ "lines.s": "B" }, { $set: { "lines.$.n": 20 } });
  await rows.updateOne({}, { $inc: { "lines.$[].n": 1 } });
  await rows.updateOne({}, { $set: { "lines.$[e].s": "C" } }, { arrayFilters: [{ "e.n": { $gt: 10 } }] });
  expect(await rows.findOne({})).toEqual({
    _id: 1,
    lines: [
      { s: "A", n: 2 },
      { s: "C", n: 21 },
    ],
  });
});

conforms(UPDATE, "tells what matched from what changed", async () => {
  const rows = await t.rows({ _id: 1, a: 1 }, { _id: 2, a: 1 });
  expect(await rows.updateMany({}, { $set: { a: 1 } })).toMatchObject({ matchedCount: 2, modifiedCount: 0 });
  expect(await rows.updateMany({}, { $set: { a: 2 } })).toMatchObject({ matchedCount: 2, modifiedCount: 2 });
  expect(await rows.updateOne({ _id: 9 }, { $set: { a: 2 } })).toMatchObject({ matchedCount: 0 });
});

conforms(UPDATE, "an upsert has the query's equalities, the update and $setOnInsert", async () => {
  const rows = await t.rows();
  const update = { $set: { b: 2 }, $setOnInsert: { c: 3 } };
  const made = await rows.updateOne({ _id: 7, a: 1, z: { $gt: 5 } }, update, { upsert: true });
  expect(made).toMatchObject({ upsertedCount: 1, upsertedId: 7, matchedCount: 0 });
  expect(await rows.findOne({})).toEqual({ _id: 7, a: 1, b: 2, c: 3 });
});

conforms(UPDATE, "a replacement keeps the _id and nothing else", async () => {
  const rows = await t.rows({ _id: 1, a: 1 });
  await rows.replaceOne({ _id: 1 }, { b: 2 });
  expect(await rows.findOne({})).toEqual({ _id: 1, b: 2 });
});

conforms(UPDATE, "a pipeline computes from the document", async () => {
  needs("update-pipelines");
  const rows = await t.rows({ _id: 1, a: 2, b: 3 });
  await rows.updateOne({}, [{ $set: { sum: { $add: ["$a", "$b"] } } }, { $unset: "b" }]);
  expect(await rows.findOne({})).toEqual({ _id: 1, a: 2, sum: 5 });
});

conforms(MODIFY, "answers the document before or after", async () => {
  const rows = await t.rows(...PAYMENTS);
  const update = { $inc: { n: 10 } };
  expect(await rows.findOneAndUpdate({ _id: "p1" }, update)).toMatchObject({ n: 1 });
  const after = await rows.findOneAndUpdate({ _id: "p1" }, update, { returnDocument: "after" });
  expect(after).toMatchObject({ n: 21 });
});

conforms(MODIFY, "chooses by sort, and projects", async () => {
  needs("find-and-modify-fields");
  const rows = await t.rows(...PAYMENTS);
  const options = { sort: { n: -1 }, projection: { _id: 0, n: 1 } } as const;
  const found = await rows.findOneAndUpdate({ state: "CREATED" }, { $set: { state: "DONE" } }, options);
  expect(found).toEqual({ n: 2 });
  expect(await rows.findOne({ state: "DONE" })).toMatchObject({ _id: "p2" });
});

conforms(MODIFY, "upserts, and says so; replaces and deletes", async () => {
  const rows = await t.rows(...PAYMENTS);
  const options = { upsert: true, returnDocument: "after", includeResultMetadata: true } as const;
  const result = await rows.findOneAndUpdate({ _id: "p3" }, { $set: { n: 3 } }, options);
  expect(result.value).toEqual({ _id: "p3", n: 3 });
  expect(result.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: "p3" });
  expect(await rows.findOneAndReplace({ _id: "p1" }, { n: 5 })).toMatchObject({ n: 1 });
  expect(await rows.findOneAndDelete({ _id: "p1" })).toEqual({ _id: "p1", n: 5 });
  expect(await rows.findOneAndDelete({ _id: "p1" })).toBeNull();
});

conforms(MODIFY, "of many callers at once exactly one takes a guarded step", async () => {
  const rows = await t.rows(...PAYMENTS);
  const step = (caller: number) =>
    rows.findOneAndUpdate({ bookingId: "b1", state: "CREATED" }, { $set: { state: "CAPTURING", caller } });
  const outcomes = await Promise.all(Array.from({ length: 40 }, (_, caller) => step(caller)));
  expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
});

conforms(UPDATE, "of many upserts of one key at once one inserts, and all count", async () => {
  const rows = await t.rows();
  const bump = () => rows.updateOne({ _id: "p9" }, { $inc: { n: 1 } }, { upsert: true });
  await Promise.all(Array.from({ length: 40 }, bump));
  expect(await rows.find().toArray()).toEqual([{ _id: "p9", n: 40 }]);
});

refuses.each(
  CODES,
  [
    ["an unknown operator", { $foo: { a: 1 } }, 9],
    ["an operator without fields", { $set: 5 }, 9],
    ["the _id", { $set: { _id: 2 } }, 66],
    ["one path twice", { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ["a path and what is below it", { $set: { a: 1, "a.b": 1 } }, 40],
    ["$inc by a text", { $inc: { a: "x" } }, 14],
    ["$inc of a text", { $inc: { text: 1 } }, 14],
    ["a field below a number", { $set: { "number.x": 1 } }, 28],
    ["$push to a number", { $push: { number: 1 } }, 2],
    ["$each that is no array", { $push: { list: { $each: 1 } } }, 2],
    ["$pop by 2", { $pop: { list: 2 } }, 9],
    ["an empty field name", { $set: { "a..b": 1 } }, 56],
    ["$ without a match in the query", { $set: { "list.$": 1 } }, 2, "positional-updates"],
    ["$[name] without an array filter", { $set: { "list.$[e]": 1 } }, 2, "positional-updates"],
    ["$[] on what is no array", { $set: { "number.$[]": 1 } }, 2, "positional-updates"],
  ] as const,
  ([name]) => name,
  async ([, update, code, feature]) => {
    if (feature) needs(feature);
    const document = { _id: 1, text: "x", number: 1, list: [1] };
    const rows = await t.rows({ ...document });
    expect(await codeOf(rows.updateOne({ _id: 1 }, update as object))).toBe(code);
    expect(await rows.findOne({})).toEqual(document);
  },
);

refuses(POSITIONS, "an array filter that nothing uses", async () => {
  needs("positional-updates");
  const rows = await t.rows({ _id: 1 });
  const update = rows.updateOne({}, { $set: { a: 1 } }, { arrayFilters: [{ "e.x": 1 }] });
  expect(await codeOf(update)).toBe(9);
});

refuses.each(
  MODIFY,
  [
    [{ remove: true, update: { $set: { n: 1 } } }, 9],
    [{}, 9],
    [{ update: { $foo: { n: 1 } } }, 9],
    [{ update: { $set: { _id: "other" } }, query: { _id: "p1" } }, 66],
    [{ update: { $set: { n: 1 } }, query: { $foo: 1 } }, 2],
  ] as const,
  ([fields]) => `findAndModify with ${JSON.stringify(fields)}`,
  async ([fields, code]) => {
    const rows = await t.rows(...PAYMENTS);
    expect(await codeOf(t.db.command({ findAndModify: rows.collectionName, ...fields }))).toBe(code);
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual(PAYMENTS);
  },
);
