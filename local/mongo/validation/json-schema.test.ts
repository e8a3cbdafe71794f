import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from "bson";
import { describe, expect, it } from "vitest";
import { schemaPredicate } from "./json-schema.ts";

/** Rows of: a schema, values that it takes, values that it refuses. */
const RULES: [schema: Record<string, unknown>, takes: unknown[], refuses: unknown[]][] = [
  [{ bsonType: "string" }, ["", "x"], [1, null, {}]],
  [{ bsonType: "object" }, [{}], [[], "x", null]],
  [{ bsonType: "array" }, [[]], [{}, "x"]],
  [{ bsonType: "bool" }, [true, false], [0, "true"]],
  [{ type: "boolean" }, [true], [1]],
  [{ bsonType: "null" }, [null], [0, false]],
  [
    { bsonType: "number" },
    [1.5, new Int32(1), new Double(1), Long.fromNumber(1), Decimal128.fromString("1")],
    ["1"],
  ],
  [{ bsonType: "int" }, [new Int32(1), 7, -7], [1.5, 2 ** 31, Long.fromNumber(1)]],
  [{ bsonType: "long" }, [Long.fromNumber(1), 2 ** 40], [1.5, "1"]],
  [{ bsonType: "double" }, [new Double(1), 1.5], [Long.fromNumber(1)]],
  [{ bsonType: "decimal" }, [Decimal128.fromString("1")], [1]],
  [{ bsonType: "date" }, [new Date(0)], ["1970-01-01", 0]],
  [{ bsonType: "objectId" }, [new ObjectId()], ["0".repeat(24)]],
  [{ bsonType: "binData" }, [new Binary(Buffer.from([1]))], ["AQ=="]],
  [{ bsonType: "timestamp" }, [new Timestamp({ t: 1, i: 1 })], [new Date(0), 1]],
  [{ bsonType: "regex" }, [/a/, new BSONRegExp("a")], ["a"]],
  [{ bsonType: ["string", "null"] }, ["x", null], [1]],
  [{ enum: ["A", 1, null] }, ["A", 1, null], ["B", 2, "1"]],
  [{ required: ["a", "b"] }, [{ a: 1, b: null }, "no object"], [{ a: 1 }]],
  [{ properties: { a: { bsonType: "int" } } }, [{ a: 1 }, {}, "no object"], [{ a: "1" }]],
  [{ properties: { a: {} }, additionalProperties: false }, [{ a: 1 }, {}, 1], [{ b: 1 }]],
  [{ additionalProperties: { bsonType: "string" } }, [{ a: "x" }], [{ a: 1 }]],
  [{ minProperties: 1, maxProperties: 2 }, [{ a: 1 }, 1], [{}, { a: 1, b: 1, c: 1 }]],
  [{ items: { bsonType: "int" } }, [[1, 2], [], "no list"], [[1, "2"]]],
  [{ minItems: 1, maxItems: 2 }, [[1], [1, 2], "no list"], [[], [1, 2, 3]]],
  [
    { uniqueItems: true },
    [[1, 2], "no list"],
    [
      [1, 1],
      [{ a: 1 }, { a: 1 }],
    ],
  ],
  [{ uniqueItems: false }, [[1, 1]], []],
  [{ minLength: 2, maxLength: 2 }, ["ab", "😀😀", 1], ["a", "abc"]],
  [{ pattern: "^a" }, ["ab", 1], ["ba"]],
  [{ items: [{ bsonType: "int" }, {}] }, [[1, "x", "y"], [1], []], [["1"]]],
  [{ items: [{}], additionalItems: false }, [[1], []], [[1, 2]]],
  [{ items: [{}], additionalItems: { bsonType: "int" } }, [["x", 1]], [["x", "y"]]],
  [{ items: { bsonType: "int" }, additionalItems: false }, [[1, 2]], [["x"]]],
  [{ patternProperties: { "^n_": { bsonType: "int" } } }, [{ n_a: 1, b: "x" }, "no object"], [{ n_a: "1" }]],
  [{ patternProperties: { "^n_": {} }, additionalProperties: false }, [{ n_a: 1 }], [{ b: 1 }]],
  [{ dependencies: { card: ["address"] } }, [{ card: 1, address: 1 }, {}, "no object"], [{ card: 1 }]],
  [{ dependencies: { a: { required: ["b"] } } }, [{ a: 1, b: 1 }, { c: 1 }], [{ a: 1 }]],
  [{ multipleOf: 1 }, [3, Long.fromNumber(2 ** 40), new Double(2), "no number"], [1.5, new Double(0.5)]],
  [{ minimum: 1 }, [1, Long.fromNumber(1), "no number"], [0, Decimal128.fromString("0.9")]],
  [{ minimum: 1, exclusiveMinimum: true }, [2], [1]],
  [{ maximum: 1 }, [1], [2]],
  [{ maximum: 1, exclusiveMaximum: true }, [0], [1]],
  [{ allOf: [{ bsonType: "int" }, { minimum: 2 }] }, [2], [1, "2"]],
  [{ anyOf: [{ bsonType: "string" }, { minimum: 2 }] }, ["x", 2], [1]],
  [{ oneOf: [{ minimum: 2 }, { maximum: 4 }] }, [1, 5], [3]],
  [{ not: { bsonType: "string" } }, [1], ["x"]],
  [{ title: "a name", description: "what it is" }, [1, "x", null], []],
];

describe("a schema", () => {
  it.each(RULES)("%j", (schema, takes, refuses) => {
    const check = schemaPredicate(schema);
    for (const value of takes) expect(check(value), JSON.stringify(value)).toBe(true);
    for (const value of refuses) expect(check(value), JSON.stringify(value)).toBe(false);
  });

  it.each([
    ["a keyword that MongoDB omits", { format: "email" }, "keyword 'format' is not currently supported"],
    ["a keyword of Object's", { constructor: 1 }, "keyword 'constructor' is not currently supported"],
    ["an unknown type", { bsonType: "text" }, "Unknown type name alias: text"],
    ["a type that is no name", { bsonType: 2 }, "Unknown type name alias: 2"],
    ["a limit that is no number", { minLength: "two" }, "limit must be a number"],
    ["no object", "string", "must be an object"],
    ["properties that are none", { properties: 1 }, "must be an object"],
    ["a name that is none", { required: [1] }, "must be an array of strings"],
    ["a pattern that is none", { patternProperties: { "(": {} } }, "Regular expression is invalid"],
  ])("is refused when it is set, with %s", (_, schema, message) => {
    expect(() => schemaPredicate(schema)).toThrow(message);
  });
});
