import {
  type Db,
  Decimal128,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  ObjectId,
  Timestamp,
  UUID,
} from "mongodb";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, type Row, useMongo } from "./support/world.ts";

const t = useMongo();

const INSERT = "https://www.mongodb.com/docs/manual/reference/command/insert/";
const FIND = "https://www.mongodb.com/docs/manual/reference/command/find/";
const PROJECT = "https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/";
const BULK = "https://www.mongodb.com/docs/manual/reference/method/db.collection.bulkWrite/";
const TYPES = "https://www.mongodb.com/docs/manual/reference/bson-types/";
const CODES = "https://www.mongodb.com/docs/manual/reference/error-codes/";

const SEATS: Row[] = [
  { _id: 1, tier: "A", price: 10, tags: ["x", "y"], at: new Date(1_000) },
  { _id: 2, tier: "B", price: 20, tags: [], nested: { n: 2 } },
  { _id: 3, tier: "A", price: 30, tags: ["y"], nested: { n: 1 }, gone: null },
];

conforms(INSERT, "a document without an _id gets one", async () => {
  const rows = (await t.rows()) as unknown as ReturnType<Db["collection"]>;
  const { insertedId } = await rows.insertOne({ name: "a" });
  expect(insertedId).toBeInstanceOf(ObjectId);
  expect(await rows.findOne({ _id: insertedId })).toEqual({ _id: insertedId, name: "a" });
});

conforms(TYPES, "every type comes back as it was", async () => {
  needs("all-types");
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
  const rows = await t.rows(exact);
  const raw = await rows.findOne({}, { promoteValues: false, promoteLongs: false });
  expect(raw?.int).toStrictEqual(new Int32(1));
  expect(raw?.double).toStrictEqual(new Double(1));
  expect(raw?.long).toStrictEqual(Long.fromNumber(1));
  expect(String(raw?.big)).toBe("9007199254740993");
  expect(String(raw?.decimal)).toBe("1.10");
  expect(raw?.list).toStrictEqual([new Double(2), { deep: Long.fromNumber(3) }]);
});

conforms.each(
  FIND,
  [
    [{}, [1, 2, 3]],
    [{ tier: "A" }, [1, 3]],
    [{ price: { $gt: 10, $lte: 30 } }, [2, 3]],
    [{ tags: "y" }, [1, 3]],
    [{ tags: { $size: 0 } }, [2]],
    [{ tags: { $all: ["x", "y"] } }, [1]],
    [{ "nested.n": { $in: [1, 2] } }, [2, 3]],
    [{ "nested.n": { $nin: [1] } }, [1, 2]],
    [{ $or: [{ price: 10 }, { "nested.n": 1 }] }, [1, 3]],
    [{ $nor: [{ price: 10 }, { "nested.n": 1 }] }, [2]],
    [{ at: { $lt: new Date(2_000) } }, [1]],
    [{ gone: null }, [1, 2, 3]],
    [{ gone: { $exists: true } }, [3]],
    [{ gone: { $type: "null" } }, [3]],
    [{ tier: { $regex: "^a$", $options: "i" } }, [1, 3]],
    [{ tier: { $not: { $eq: "A" } } }, [2]],
    [{ price: { $mod: [20, 10] } }, [1, 3]],
    [{ $expr: { $gt: ["$price", 15] } }, [2, 3], "expressions"],
  ] as const,
  ([filter]) => `the filter ${JSON.stringify(filter)}`,
  async ([filter, ids, feature]) => {
    if (feature) needs(feature);
    const rows = await t.rows(...SEATS);
    expect(
      (
        await rows
          .find(filter as object)
          .sort({ _id: 1 })
          .toArray()
      ).map(({ _id }) => _id),
    ).toEqual(ids);
  },
);

conforms(FIND, "sorts types in their order, then skips and limits", async () => {
  const rows = await t.rows(...SEATS, { _id: 4, price: "text" }, { _id: 5 });
  const sorted = await rows.find().sort({ price: -1, _id: 1 }).toArray();
  expect(sorted.map(({ _id }) => _id)).toEqual([4, 3, 2, 1, 5]);
  const page = await rows.find().sort({ tier: 1, price: -1, _id: -1 }).skip(1).limit(2).toArray();
  expect(page.map(({ _id }) => _id)).toEqual([5, 3]);
});

conforms(PROJECT, "by inclusion, exclusion, $slice and the element that matched", async () => {
  needs("projection-of-elements");
  const rows = await t.rows(...SEATS);
  const one = (projection: object, filter: object = { _id: 1 }) => rows.findOne(filter, { projection });
  expect(await one({ price: 1 })).toEqual({ _id: 1, price: 10 });
  expect(await one({ _id: 0, tags: 1 })).toEqual({ tags: ["x", "y"] });
  expect(await one({ tags: 0, at: 0 })).toEqual({ _id: 1, tier: "A", price: 10 });
  expect(await one({ "nested.n": 1 }, { _id: 2 })).toEqual({ _id: 2, nested: { n: 2 } });
  expect(await one({ tags: { $slice: 1 } })).toMatchObject({ tags: ["x"] });
  expect(await one({ "tags.$": 1 }, { _id: 1, tags: "y" })).toEqual({ _id: 1, tags: ["y"] });
});

conforms(FIND, "counts, and lists the values that there are", async () => {
  const rows = await t.rows(...SEATS);
  expect(await rows.countDocuments({ tier: "A" })).toBe(2);
  expect(await rows.estimatedDocumentCount()).toBe(3);
  expect((await rows.distinct("tags")).sort()).toEqual(["x", "y"]);
  expect((await rows.distinct("tier", { price: { $gt: 10 } })).sort()).toEqual(["A", "B"]);
});

conforms(FIND, "hands out a long answer in batches", async () => {
  const rows = await t.rows(...Array.from({ length: 250 }, (_, _id) => ({ _id })));
  const found = await rows.find().sort({ _id: 1 }).batchSize(40).toArray();
  expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: 250 }, (_, i) => i));
});

conforms(BULK, "a mixed bulk write is carried out in order", async () => {
  const rows = await t.rows();
  const result = await rows.bulkWrite([
    { insertOne: { document: { _id: 1, n: 1 } } },
    { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
    { updateOne: { filter: { _id: 2 }, update: { $set: { n: 9 } }, upsert: true } },
    { deleteOne: { filter: { _id: 1 } } },
  ]);
  expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1 });
  expect(await rows.find().toArray()).toEqual([{ _id: 2, n: 9 }]);
});

conforms("https://www.mongodb.com/docs/manual/reference/command/delete/", "deletes one or all", async () => {
  const rows = await t.rows({ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3, a: 1 });
  expect((await rows.deleteOne({ a: 1 })).deletedCount).toBe(1);
  expect((await rows.deleteMany({ a: 1 })).deletedCount).toBe(2);
  expect((await rows.deleteMany({ a: 1 })).deletedCount).toBe(0);
});

conforms(
  "https://www.mongodb.com/docs/manual/core/retryable-writes/",
  "the deployment is a replica set, which takes retryable writes",
  async () => {
    needs("replica-set");
    const hello = await t.db.command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true, setName: expect.any(String) });
    expect(hello.logicalSessionTimeoutMinutes).toBeGreaterThan(0);
  },
);

refuses(BULK, "a duplicate: an ordered batch stops at it, an unordered one goes on", async () => {
  const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
  const ordered = await (await t.rows()).insertMany(documents).catch((error) => error);
  expect(ordered).toBeInstanceOf(MongoBulkWriteError);
  expect(ordered).toMatchObject({ code: 11000, insertedCount: 1 });
  const unordered = await (await t.rows()).insertMany(documents, { ordered: false }).catch((error) => error);
  expect(unordered).toMatchObject({ code: 11000, insertedCount: 2 });
});

refuses.each(
  CODES,
  [
    [{ a: { $foo: 1 } }, 2],
    [{ $foo: 1 }, 2],
    [{ $or: [] }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ a: { $regex: "(" } }, 51091],
  ] as const,
  ([filter]) => `the filter ${JSON.stringify(filter)}`,
  async ([filter, code]) => {
    const rows = await t.rows(...SEATS);
    expect(await codeOf(rows.find(filter as object).toArray())).toBe(code);
    expect(await codeOf(rows.deleteMany(filter as object))).toBe(code);
    expect(await rows.countDocuments()).toBe(3);
  },
);

refuses.each(
  CODES,
  [
    [{ find: "rows", filter: "text" }, 14],
    [{ find: "rows", projection: { a: 1, b: 0 } }, 31254],
    [{ noSuchCommand: 1 }, 59],
    [{ insert: "rows", documents: [] }, 16, "batch-limits"],
    [{ insert: "rows", documents: [1] }, 14],
    [{ insert: "a$b", documents: [{ _id: 1 }] }, 73],
  ] as const,
  ([command]) => `the command ${JSON.stringify(command)}`,
  async ([command, code, feature]) => {
    if (feature) needs(feature);
    expect(await codeOf(t.db.command(command))).toBe(code);
  },
);

refuses("https://www.mongodb.com/docs/manual/reference/limits/", "a batch of over 100,000", async () => {
  needs("batch-limits");
  const { collectionName } = await t.rows();
  const documents = Array.from({ length: 100_001 }, (_, _id) => ({ _id }));
  expect(await codeOf(t.db.command({ insert: collectionName, documents }))).toBe(16);
});

refuses("https://www.mongodb.com/docs/manual/core/document/", "an array as an _id", async () => {
  const rows = await t.rows();
  expect(await codeOf(rows.insertOne({ _id: [1] as unknown as number }))).toBe(53);
});

refuses(
  "https://www.mongodb.com/docs/manual/reference/command/killCursors/",
  "to read on from a cursor that was killed",
  async () => {
    const { collectionName } = await t.rows(...Array.from({ length: 10 }, (_, _id) => ({ _id })));
    const { cursor } = await t.db.command({ find: collectionName, batchSize: 2 }, { promoteLongs: false });
    const getMore = { getMore: cursor.id, collection: collectionName };
    expect((await t.db.command(getMore)).ok).toBe(1);
    const { cursor: other } = await t.db.command(
      { find: collectionName, batchSize: 2 },
      { promoteLongs: false },
    );
    await t.db.command({ killCursors: collectionName, cursors: [other.id] });
    expect(await codeOf(t.db.command({ ...getMore, getMore: other.id }))).toBe(43);
  },
);
