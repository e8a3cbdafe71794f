import { Double, Int32 } from "mongodb";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, useMongo } from "./support/world.ts";

const t = useMongo();

const UNIQUE = "https://www.mongodb.com/docs/manual/core/index-unique/";
const PARTIAL = "https://www.mongodb.com/docs/manual/core/index-partial/";
const CREATE = "https://www.mongodb.com/docs/manual/reference/command/createIndexes/";
const DROP = "https://www.mongodb.com/docs/manual/reference/command/dropIndexes/";
const MULTIKEY = "https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/";

conforms(CREATE, "indexes are listed, and making the same again changes nothing", async () => {
  needs("partial-indexes");
  const rows = await t.rows({ _id: 1 });
  const index = { unique: true, partialFilterExpression: { b: 1 } };
  await rows.createIndex({ a: 1 }, index);
  await rows.createIndex({ a: 1 }, index);
  expect(await rows.listIndexes().toArray()).toEqual([
    { v: 2, key: { _id: 1 }, name: "_id_" },
    { v: 2, key: { a: 1 }, name: "a_1", ...index },
  ]);
});

conforms(DROP, "indexes go by name, by key, or all but that of _id", async () => {
  const rows = await t.rows({ _id: 1 });
  await rows.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }, { key: { c: 1 } }]);
  await rows.dropIndex("a_1");
  await t.db.command({ dropIndexes: rows.collectionName, index: { b: 1 } });
  expect((await rows.indexes()).map(({ name }) => name)).toEqual(["_id_", "c_1"]);
  await rows.dropIndexes();
  expect(await rows.indexes()).toHaveLength(1);
});

conforms(UNIQUE, "a key is free again when its document goes or changes", async () => {
  const rows = await t.rows({ _id: 1, email: "a" }, { _id: 2, email: "b" });
  await rows.createIndex({ email: 1 }, { unique: true });
  await rows.updateOne({ _id: 1 }, { $set: { email: "c" } });
  await rows.insertOne({ _id: 3, email: "a" });
  await rows.deleteOne({ _id: 2 });
  await rows.insertOne({ _id: 4, email: "b" });
  expect(await rows.countDocuments()).toBe(3);
});

conforms(PARTIAL, "only documents within the filter are unique among each other", async () => {
  needs("partial-indexes");
  const rows = await t.rows();
  await rows.createIndex({ code: 1 }, { unique: true, partialFilterExpression: { live: true } });
  await rows.insertMany([
    { _id: 1, code: "x", live: false },
    { _id: 2, code: "x", live: false },
    { _id: 3, code: "x", live: true },
  ]);
  expect(await codeOf(rows.insertOne({ _id: 4, code: "x", live: true }))).toBe(11000);
});

refuses(UNIQUE, "a second document of one key, and says which", async () => {
  needs("duplicate-key-details");
  const rows = await t.rows({ _id: 1, email: "a@example.com" });
  await rows.createIndex({ email: 1 }, { unique: true });
  const error = await rows.insertOne({ _id: 2, email: "a@example.com" }).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 11000,
    keyPattern: { email: 1 },
    keyValue: { email: "a@example.com" },
  });
  expect(error.message).toMatch(/^E11000 duplicate key error/);
  expect(await codeOf(rows.insertOne({ _id: 1 }))).toBe(11000);
});

refuses(UNIQUE, "an update into another document's key, and changes nothing", async () => {
  needs("duplicate-key-of-updates");
  const rows = await t.rows({ _id: 1, email: "a", n: 1 }, { _id: 2, email: "b" });
  await rows.createIndex({ email: 1 }, { unique: true });
  expect(await codeOf(rows.findOneAndUpdate({ _id: 1 }, { $set: { email: "b", n: 9 } }))).toBe(11000);
  expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1, email: "a", n: 1 });
});

refuses(UNIQUE, "two documents without the field, and equal numbers of different types", async () => {
  needs("unique-by-value");
  const rows = await t.rows();
  await rows.createIndex({ n: 1 }, { unique: true });
  await rows.insertOne({ _id: 1 });
  expect(await codeOf(rows.insertOne({ _id: 2 }))).toBe(11000);
  await rows.insertOne({ _id: 3, n: new Int32(5) });
  expect(await codeOf(rows.insertOne({ _id: 4, n: new Double(5) }))).toBe(11000);
});

refuses(UNIQUE, "to be made over duplicates", async () => {
  needs("duplicate-key-of-indexes");
  const rows = await t.rows({ _id: 1, a: 1 }, { _id: 2, a: 1 });
  expect(await codeOf(rows.createIndex({ a: 1 }, { unique: true }))).toBe(11000);
  expect(await rows.indexes()).toHaveLength(1);
});

refuses.each(
  CREATE,
  [
    ["other keys under a taken name", { key: { b: 1 }, name: "a_1" }, 86],
    ["other options under a taken name", { key: { a: 1 }, name: "a_1", unique: true }, 86, "index-options"],
    ["the same keys under another name", { key: { a: 1 }, name: "other" }, 85],
    ["no keys", { key: {}, name: "x" }, 67],
    [
      "a compound index with a time to live",
      { key: { c: 1, d: 1 }, name: "x", expireAfterSeconds: 1 },
      67,
      "ttl-indexes",
    ],
    [
      "a bad filter",
      { key: { c: 1 }, name: "x", partialFilterExpression: { a: { $foo: 1 } } },
      2,
      "partial-indexes",
    ],
  ] as const,
  ([name]) => name,
  async ([, index, code, feature]) => {
    if (feature) needs(feature);
    const rows = await t.rows({ _id: 1 });
    await rows.createIndex({ a: 1 });
    const made = t.db.command({ createIndexes: rows.collectionName, indexes: [index] });
    expect(await codeOf(made)).toBe(code);
    expect(await rows.indexes()).toHaveLength(2);
  },
);

refuses(DROP, "the index of _id, an index and a collection that there are not", async () => {
  const rows = await t.rows({ _id: 1 });
  expect(await codeOf(rows.dropIndex("_id_"))).toBe(72);
  expect(await codeOf(rows.dropIndex("none"))).toBe(27);
  expect(await codeOf(t.db.command({ dropIndexes: "conformance_none", index: "x" }))).toBe(26);
});

refuses(MULTIKEY, "two arrays in one compound index", async () => {
  needs("multikey-indexes");
  const rows = await t.rows();
  await rows.createIndex({ a: 1, b: 1 });
  expect(await codeOf(rows.insertOne({ _id: 1, a: [1, 2], b: [1, 2] }))).toBe(171);
});
