import { Double, Int32, Long } from "mongodb";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, useMongo } from "./support/world.ts";

needs("validators");
const t = useMongo();

const SCHEMA = "https://www.mongodb.com/docs/manual/core/schema-validation/specify-json-schema/";
const KEYWORDS = "https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/";
const LEVEL = "https://www.mongodb.com/docs/manual/core/schema-validation/specify-validation-level/";
const ACTION = "https://www.mongodb.com/docs/manual/core/schema-validation/handle-invalid-documents/";
const BYPASS = "https://www.mongodb.com/docs/manual/core/schema-validation/bypass-document-validation/";
const UPDATE = "https://www.mongodb.com/docs/manual/core/schema-validation/update-schema-validation/";
const VIEW = "https://www.mongodb.com/docs/manual/core/schema-validation/view-existing-validation-rules/";
const QUERY = "https://www.mongodb.com/docs/manual/core/schema-validation/specify-query-expression-rules/";
const COLL_MOD = "https://www.mongodb.com/docs/manual/reference/command/collMod/";

const PRICED = {
  bsonType: "object",
  required: ["name", "amount"],
  properties: {
    name: { bsonType: "string", pattern: "^[a-z]+$" },
    amount: { bsonType: ["int", "long"], minimum: 0, maximum: 100 },
    state: { enum: ["NEW", "DONE"] },
  },
};
const GOOD = { name: "abc", amount: new Int32(5) };

/** A collection with these options, and nothing in it. */
async function made(options: Record<string, unknown>) {
  const rows = await t.rows();
  await t.db.command({ create: rows.collectionName, ...options });
  return rows;
}
const change = (name: string, options: Record<string, unknown>) =>
  t.db.command({ collMod: name, ...options });

refuses.each(
  SCHEMA,
  [
    ["a missing field", { name: "abc" }],
    ["a wrong type", { name: 5, amount: new Int32(5) }],
    ["a double where an int is asked", { name: "abc", amount: new Double(5) }],
    ["a number out of bounds", { name: "abc", amount: new Int32(101) }],
    ["a text of another pattern", { name: "ABC", amount: new Int32(5) }],
    ["a value that is not listed", { name: "abc", amount: new Int32(5), state: "OLD" }],
  ] as const,
  ([name]) => `a document with ${name}`,
  async ([, document]) => {
    const rows = await made({ validator: { $jsonSchema: PRICED } });
    expect(await codeOf(rows.insertOne({ _id: 1, ...document }))).toBe(121);
    await rows.insertOne({ _id: 2, name: "abc", amount: new Int32(5), state: "NEW" });
    expect(await rows.countDocuments()).toBe(1);
  },
);

conforms(SCHEMA, "a document with more fields than are described passes", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED } });
  await rows.insertOne({ _id: 1, ...GOOD, of: "tomorrow" });
  expect(await rows.countDocuments({ of: "tomorrow" })).toBe(1);
});

conforms.each(
  KEYWORDS,
  [
    ["multipleOf", { multipleOf: 5 }, [10, new Long(15)], [new Int32(12), new Double(0.5)]],
    [
      "patternProperties",
      { patternProperties: { "^n": { bsonType: "int" } } },
      [{ n1: 1 }, { a: "" }],
      [{ n1: "" }],
    ],
    ["dependencies", { dependencies: { card: ["address"] } }, [{ card: 1, address: 1 }, {}], [{ card: 1 }]],
    ["additionalProperties", { properties: { a: {} }, additionalProperties: false }, [{ a: 1 }], [{ b: 1 }]],
    ["items by place", { items: [{ bsonType: "int" }], additionalItems: false }, [[1]], [["x"], [1, 2]]],
    ["uniqueItems", { uniqueItems: true }, [[1, 2]], [[1, 1]]],
    ["minLength", { minLength: 2 }, ["ab"], ["a"]],
    ["exclusiveMinimum", { minimum: 1, exclusiveMinimum: true }, [2], [1]],
    ["oneOf", { oneOf: [{ minimum: 2 }, { maximum: 4 }] }, [1], [3]],
    ["not", { not: { bsonType: "string" } }, [1], ["x"]],
    ["a list of types", { bsonType: ["date", "null"] }, [new Date(0), null], ["x"]],
  ] as const,
  ([keyword]) => `the keyword ${keyword} decides`,
  async ([, schema, passing, failing]) => {
    const rows = await made({ validator: { $jsonSchema: { properties: { v: schema } } } });
    for (const [n, v] of passing.entries()) await rows.insertOne({ _id: n, v });
    for (const [n, v] of failing.entries())
      expect(await codeOf(rows.insertOne({ _id: `f${n}`, v }))).toBe(121);
    expect(await rows.countDocuments()).toBe(passing.length);
  },
);

refuses.each(
  KEYWORDS,
  [
    ["$ref", { $ref: "#/definitions/x" }],
    ["default", { default: 1 }],
    ["format", { format: "email" }],
    ["id", { id: "x" }],
    ["an unknown keyword", { propertes: {} }],
    ["the type integer", { type: "integer" }],
    ["an unknown bsonType", { bsonType: "text" }],
  ] as const,
  ([name]) => `a schema with ${name}, which it omits`,
  async ([, schema]) => {
    const { collectionName } = await t.rows();
    const making = t.db.command({ create: collectionName, validator: { $jsonSchema: schema } });
    expect(await codeOf(making)).toBeOneOf([2, 9]);
    expect(await t.db.listCollections({ name: collectionName }).toArray()).toEqual([]);
  },
);

refuses(
  SCHEMA,
  "an update, a replacement, an upsert and a findAndModify into what does not pass",
  async () => {
    const rows = await made({ validator: { $jsonSchema: PRICED } });
    await rows.insertOne({ _id: 1, ...GOOD });
    expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { amount: -1 } }))).toBe(121);
    expect(await codeOf(rows.replaceOne({ _id: 1 }, { name: "abc" }))).toBe(121);
    expect(await codeOf(rows.updateOne({ _id: 2 }, { $set: { name: "abc" } }, { upsert: true }))).toBe(121);
    expect(await codeOf(rows.findOneAndUpdate({ _id: 1 }, { $unset: { name: "" } }))).toBe(121);
    expect(await rows.find().toArray()).toEqual([{ _id: 1, name: "abc", amount: 5 }]);
  },
);

refuses(ACTION, "a document, and says which it was and what it broke", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED } });
  const error = await rows.insertOne({ _id: "bad", amount: new Int32(101) }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 121, message: "Document failed validation" });
  const { failingDocumentId, details } = error.errInfo;
  expect([failingDocumentId, details.operatorName]).toEqual(["bad", "$jsonSchema"]);
  expect(details.schemaRulesNotSatisfied).toHaveLength(2);
  expect(details.schemaRulesNotSatisfied).toContainEqual(
    expect.objectContaining({ operatorName: "required", missingProperties: ["name"] }),
  );
  expect(details.schemaRulesNotSatisfied).toContainEqual(
    expect.objectContaining({
      operatorName: "properties",
      propertiesNotSatisfied: [
        expect.objectContaining({
          propertyName: "amount",
          details: [expect.objectContaining({ operatorName: "maximum", consideredValue: 101 })],
        }),
      ],
    }),
  );
});

refuses(ACTION, "one document of several: the others of an unordered batch are stored", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED } });
  const many = [
    { _id: 1, ...GOOD },
    { _id: 2, name: "abc" },
    { _id: 3, ...GOOD },
  ];
  expect(await codeOf(rows.insertMany(many, { ordered: false }))).toBe(121);
  expect(await rows.distinct("_id")).toEqual([1, 3]);
});

conforms(ACTION, "with the action warn a document is stored that does not pass", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED }, validationAction: "warn" });
  await rows.insertOne({ _id: 1, name: 5 });
  expect(await rows.countDocuments()).toBe(1);
});

refuses(LEVEL, "at the level strict any change of a document that does not pass", async () => {
  const rows = await t.rows({ _id: 1, name: "abc" });
  await change(rows.collectionName, { validator: { $jsonSchema: PRICED }, validationLevel: "strict" });
  expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { seen: true } }))).toBe(121);
  await rows.updateOne({ _id: 1 }, { $set: { amount: new Int32(1) } });
  expect(await rows.countDocuments({ amount: 1 })).toBe(1);
});

conforms(
  LEVEL,
  "at the level moderate what does not pass already may be changed, and nothing else",
  async () => {
    const rows = await t.rows({ _id: 1, name: "abc" }, { _id: 2, ...GOOD });
    await change(rows.collectionName, { validator: { $jsonSchema: PRICED }, validationLevel: "moderate" });
    await rows.updateOne({ _id: 1 }, { $set: { seen: true } });
    expect(await codeOf(rows.updateOne({ _id: 2 }, { $set: { amount: -1 } }))).toBe(121);
    expect(await codeOf(rows.insertOne({ _id: 3, name: "abc" }))).toBe(121);
  },
);

conforms(BYPASS, "a write that bypasses validation is stored", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED } });
  const bypassDocumentValidation = true;
  await rows.insertOne({ _id: 1 }, { bypassDocumentValidation });
  await rows.updateOne({ _id: 1 }, { $set: { amount: "x" } }, { bypassDocumentValidation });
  await rows.findOneAndUpdate({ _id: 1 }, { $set: { n: 1 } }, { bypassDocumentValidation });
  expect(await rows.findOne()).toEqual({ _id: 1, amount: "x", n: 1 });
  expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { n: 2 } }))).toBe(121);
});

conforms(UPDATE, "collMod puts another schema in force, which what is there need not pass", async () => {
  const rows = await made({ validator: { $jsonSchema: PRICED } });
  await rows.insertOne({ _id: 1, ...GOOD });
  await change(rows.collectionName, { validator: { $jsonSchema: { required: ["other"] } } });
  expect(await codeOf(rows.insertOne({ _id: 2, ...GOOD }))).toBe(121);
  await rows.insertOne({ _id: 3, other: 1 });
  expect(await rows.countDocuments()).toBe(2);
});

conforms(VIEW, "listCollections tells a collection's rules", async () => {
  const rules = { validator: { $jsonSchema: PRICED }, validationLevel: "strict", validationAction: "error" };
  const { collectionName: name } = await made(rules);
  expect(await t.db.listCollections({ name }).toArray()).toMatchObject([{ name, options: rules }]);
  await change(name, { ...rules, validationAction: "warn" });
  expect(await t.db.listCollections({ name }).toArray()).toMatchObject([
    { options: { validationAction: "warn" } },
  ]);
});

conforms(QUERY, "a validator may be a query", async () => {
  const rows = await made({ validator: { $or: [{ card: { $exists: true } }, { n: { $lt: 5 } }] } });
  await rows.insertMany([
    { _id: 1, card: 1 },
    { _id: 2, n: 4 },
  ]);
  expect(await codeOf(rows.insertOne({ _id: 3, n: 5 }))).toBe(121);
});

conforms(KEYWORDS, "a query finds what passes a schema, and what does not", async () => {
  const rows = await t.rows(
    { _id: 1, name: "abc", amount: 5 },
    { _id: 2, name: "ABC", amount: 5 },
    { _id: 3 },
  );
  const $jsonSchema = PRICED;
  expect(await rows.find({ $jsonSchema }).toArray()).toMatchObject([{ _id: 1 }]);
  expect(await rows.distinct("_id", { $nor: [{ $jsonSchema }] })).toEqual([2, 3]);
});

refuses.each(
  COLL_MOD,
  [
    ["a collection that there is not", { collMod: "conformance_none", validator: {} }, 26],
    ["a level that there is not", { validationLevel: "lax" }, 2],
    ["an action that there is not", { validationAction: "sigh" }, 2],
    ["a validator that is none", { validator: 5 }, 14],
    ["a bad condition", { validator: { a: { $foo: 1 } } }, 2],
  ] as const,
  ([name]) => `collMod of ${name}`,
  async ([, command, code]) => {
    const rows = await t.rows({ _id: 1 });
    expect(await codeOf(t.db.command({ collMod: rows.collectionName, ...command }))).toBe(code);
    await rows.insertOne({ _id: 2 });
    expect(await rows.countDocuments()).toBe(2);
  },
);

conforms(COLL_MOD, "collMod of nothing but a name changes nothing", async () => {
  const rules = { validator: { $jsonSchema: PRICED }, validationLevel: "strict", validationAction: "error" };
  const { collectionName: name } = await made(rules);
  await change(name, {});
  expect(await t.db.listCollections({ name }).toArray()).toMatchObject([{ options: rules }]);
});
