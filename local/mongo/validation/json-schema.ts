import { Decimal128, Double, Int32 } from "bson";
import { MongoFailure } from "../errors.ts";
import { encodeKey } from "../indexes/keys.ts";
import { type Doc, isPlain, view } from "../wire/values.ts";

/**
 * All keywords of $jsonSchema: https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
 * An unknown one is refused when the schema is set, so that no rule is silently left out; so are those that the page
 * names as omitted ($ref, $schema, default, definitions, format, id) and the type "integer".
 */
type Check = (value: unknown) => boolean;
type Keyword = (operand: unknown, schema: Doc) => Check;

/** Compiles a schema (exact form or view). Throws FailedToParse for a keyword or type that is not supported. */
export function schemaPredicate(schema: unknown): Check {
  if (!isPlain(schema)) throw new MongoFailure(14, "$jsonSchema must be an object");
  const checks = Object.entries(schema).map(([name, operand]) => {
    const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (!keyword) throw new MongoFailure(9, `$jsonSchema keyword '${name}' is not currently supported`);
    return keyword(operand, schema);
  });
  return (value) => checks.every((check) => check(value));
}

const isNumber: Check = (value) =>
  typeof value === "number" ||
  value instanceof Int32 ||
  value instanceof Double ||
  isLong(value) ||
  isDecimal(value);
const isLong = (value: unknown) => bsonType(value) === "Long";
const isDecimal = (value: unknown) => value instanceof Decimal128;
const bsonType = (value: unknown) => (value as { _bsontype?: string } | null | undefined)?._bsontype;
const numberOf = (value: unknown) => Number(String(value));
const is32Bit = (value: number) => Number.isInteger(value) && Math.abs(value) <= 0x7fffffff;

/** A view has lost its numeric types: there, an integer counts as int, long and double alike. */
const TYPES: Record<string, Check> = {
  string: (value) => typeof value === "string",
  object: isPlain,
  array: Array.isArray,
  bool: (value) => typeof value === "boolean",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  number: isNumber,
  int: (value) => value instanceof Int32 || (typeof value === "number" && is32Bit(value)),
  long: (value) => isLong(value) || (typeof value === "number" && Number.isInteger(value)),
  double: (value) => value instanceof Double || typeof value === "number",
  decimal: isDecimal,
  date: (value) => value instanceof Date,
  objectId: (value) => bsonType(value) === "ObjectId",
  binData: (value) => bsonType(value) === "Binary",
  timestamp: (value) => bsonType(value) === "Timestamp",
  regex: (value) => value instanceof RegExp || bsonType(value) === "BSONRegExp",
};

function ofType(operand: unknown): Check {
  const checks = list(operand).map((name) => {
    const check = typeof name === "string" && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (!check) throw new MongoFailure(9, `Unknown type name alias: ${String(name)}`);
    return check;
  });
  return (value) => checks.some((check) => check(value));
}

const list = (operand: unknown): unknown[] => (Array.isArray(operand) ? operand : [operand]);
const all = (): Check => () => true;

/** A rule for values of one type: other types pass, as JSON Schema has it. */
function when<T>(
  applies: (value: unknown) => value is T,
  rule: (value: T, limit: number) => boolean,
): Keyword {
  return (operand) => {
    const limit = numberOf(operand);
    if (Number.isNaN(limit)) throw new MongoFailure(14, "$jsonSchema limit must be a number");
    return (value) => !applies(value) || rule(value, limit);
  };
}

const isString = (value: unknown): value is string => typeof value === "string";
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isNumeric = (value: unknown): value is unknown => isNumber(value);
const lengthOf = (value: string) => [...value].length;

function docOf(operand: unknown): Doc {
  if (isPlain(operand)) return operand;
  throw new MongoFailure(14, "$jsonSchema keyword must be an object");
}

function required(names: unknown[]): Check {
  if (!names.every(isString)) throw new MongoFailure(14, "$jsonSchema keyword must be an array of strings");
  return (value) => !isPlain(value) || names.every((name) => Object.hasOwn(value, name));
}

function patternOf(operand: unknown): RegExp {
  try {
    return new RegExp(String(operand), "u");
  } catch {
    throw new MongoFailure(51091, `Regular expression is invalid: ${String(operand)}`);
  }
}

const KEYWORDS: Record<string, Keyword> = {
  title: all,
  description: all,
  bsonType: ofType,
  type: ofType,
  enum: (operand) => {
    const allowed = new Set(list(operand).map((value) => encodeKey(view(value))));
    return (value) => allowed.has(encodeKey(view(value)));
  },
  required: (operand) => required(list(operand)),
  properties: (operand) => {
    const checks = Object.entries(docOf(operand)).map(
      ([name, schema]) => [name, schemaPredicate(schema)] as const,
    );
    return (value) =>
      !isPlain(value) || checks.every(([name, check]) => !Object.hasOwn(value, name) || check(value[name]));
  },
  patternProperties: (operand) => {
    const checks = Object.entries(docOf(operand)).map(
      ([pattern, schema]) => [patternOf(pattern), schemaPredicate(schema)] as const,
    );
    return (value) =>
      !isPlain(value) ||
      Object.keys(value).every((name) =>
        checks.every(([pattern, check]) => !pattern.test(name) || check(value[name])),
      );
  },
  additionalProperties: (operand, schema) => {
    const known = new Set(Object.keys((schema.properties ?? {}) as Doc));
    const patterns = Object.keys((schema.patternProperties ?? {}) as Doc).map(patternOf);
    const isKnown = (name: string) => known.has(name) || patterns.some((pattern) => pattern.test(name));
    const check = typeof operand === "boolean" ? () => operand : schemaPredicate(operand);
    return (value) =>
      !isPlain(value) || Object.keys(value).every((name) => isKnown(name) || check(value[name]));
  },
  /** Names of fields that another needs, or a schema that its presence asks of the whole. */
  dependencies: (operand) => {
    const rules = Object.entries(docOf(operand)).map(([name, needed]) => {
      const check = Array.isArray(needed) ? required(needed) : schemaPredicate(needed);
      return [name, check] as const;
    });
    return (value) =>
      !isPlain(value) || rules.every(([name, check]) => !Object.hasOwn(value, name) || check(value));
  },
  minProperties: when(isPlain, (value, limit) => Object.keys(value).length >= limit),
  maxProperties: when(isPlain, (value, limit) => Object.keys(value).length <= limit),
  /** One schema for all, or one for each place. */
  items: (operand) => {
    if (Array.isArray(operand)) {
      const checks = operand.map(schemaPredicate);
      return (value) =>
        !Array.isArray(value) || checks.every((check, n) => n >= value.length || check(value[n]));
    }
    const check = schemaPredicate(operand);
    return (value) => !Array.isArray(value) || value.every(check);
  },
  /** For the places after those that `items` lists one by one. */
  additionalItems: (operand, { items }) => {
    const check = typeof operand === "boolean" ? () => operand : schemaPredicate(operand);
    if (!Array.isArray(items)) return () => true;
    return (value) => !Array.isArray(value) || value.slice(items.length).every(check);
  },
  minItems: when(isList, (value, limit) => value.length >= limit),
  maxItems: when(isList, (value, limit) => value.length <= limit),
  uniqueItems: (operand) => (value) =>
    operand !== true ||
    !Array.isArray(value) ||
    new Set(value.map((item) => encodeKey(view(item)))).size === value.length,
  minLength: when(isString, (value, limit) => lengthOf(value) >= limit),
  maxLength: when(isString, (value, limit) => lengthOf(value) <= limit),
  pattern: (operand) => {
    const pattern = patternOf(operand);
    return (value) => !isString(value) || pattern.test(value);
  },
  multipleOf: when(isNumeric, (value, limit) => Number.isInteger(numberOf(value) / limit)),
  minimum: (operand, schema) =>
    when(isNumeric, (value, limit) =>
      schema.exclusiveMinimum === true ? numberOf(value) > limit : numberOf(value) >= limit,
    )(operand, schema),
  maximum: (operand, schema) =>
    when(isNumeric, (value, limit) =>
      schema.exclusiveMaximum === true ? numberOf(value) < limit : numberOf(value) <= limit,
    )(operand, schema),
  exclusiveMinimum: all,
  exclusiveMaximum: all,
  allOf: (operand) => combine(operand, (checks, value) => checks.every((check) => check(value))),
  anyOf: (operand) => combine(operand, (checks, value) => checks.some((check) => check(value))),
  oneOf: (operand) =>
    combine(operand, (checks, value) => checks.filter((check) => check(value)).length === 1),
  not: (operand) => {
    const check = schemaPredicate(operand);
    return (value) => !check(value);
  },
};

function combine(operand: unknown, rule: (checks: Check[], value: unknown) => boolean): Check {
  const checks = list(operand).map(schemaPredicate);
  return (value) => rule(checks, value);
}
