import { valuesAt } from "../indexes/keys.ts";
import { type Doc, isPlain } from "../wire/values.ts";

/** Order between types: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/ */
const MIN_KEY = 1;
const NULL = 2;
const NUMBER = 3;
const STRING = 4;
const OBJECT = 5;
const ARRAY = 6;
const BINARY = 7;
const OBJECT_ID = 8;
const BOOLEAN = 9;
const DATE = 10;
const TIMESTAMP = 11;
const REGEXP = 12;
const MAX_KEY = 127;

const BSON_RANKS: Record<string, number> = {
  MinKey: MIN_KEY,
  Long: NUMBER,
  Decimal128: NUMBER,
  Binary: BINARY,
  ObjectId: OBJECT_ID,
  Timestamp: TIMESTAMP,
  MaxKey: MAX_KEY,
};

function rankOf(value: unknown): number {
  if (value === null || value === undefined) return NULL;
  if (typeof value === "number") return NUMBER;
  if (typeof value === "string") return STRING;
  if (typeof value === "boolean") return BOOLEAN;
  if (Array.isArray(value)) return ARRAY;
  if (value instanceof Date) return DATE;
  if (value instanceof RegExp) return REGEXP;
  return BSON_RANKS[(value as { _bsontype?: string })._bsontype ?? ""] ?? OBJECT;
}

/** Compares two view values in BSON order: negative, zero or positive. Decimal128 compares as a double. */
export function compareValues(a: unknown, b: unknown): number {
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case NULL:
      // An absent value sorts as null does.
      return 0;
    case NUMBER:
      return order(Number(String(a)), Number(String(b)));
    case STRING:
      return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
    case ARRAY:
      return compareLists(a as unknown[], b as unknown[]);
    case OBJECT:
      return isPlain(a) && isPlain(b) ? compareDocuments(a, b) : order(String(a), String(b));
    case BOOLEAN:
    case DATE:
      return order(Number(a), Number(b));
    case TIMESTAMP:
      return order(BigInt(String(a)), BigInt(String(b)));
    default:
      return order(String(a), String(b));
  }
}

function order<T extends number | string | bigint>(a: T, b: T): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // NaN sorts below every number.
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function compareLists(a: unknown[], b: unknown[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = compareValues(a[at], b[at]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareDocuments(a: Doc, b: Doc): number {
  const [left, right] = [Object.entries(a), Object.entries(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [leftKey, leftValue] = left[at] ?? ["", null];
    const [rightKey, rightValue] = right[at] ?? ["", null];
    const difference =
      rankOf(leftValue) - rankOf(rightValue) ||
      order(leftKey, rightKey) ||
      compareValues(leftValue, rightValue);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** A comparator for a sort specification of paths to 1 or -1. An array sorts by its least (or greatest) element. */
export function sortComparator(spec: Doc): (a: Doc, b: Doc) => number {
  const keys = Object.entries(spec).map(([path, direction]) => ({
    path: path.split("."),
    direction: Number(direction) < 0 ? -1 : 1,
  }));
  return (a, b) => {
    for (const { path, direction } of keys) {
      const difference = compareValues(sortValue(a, path, direction), sortValue(b, path, direction));
      if (difference !== 0) return difference * direction;
    }
    return 0;
  };
}

function sortValue(doc: Doc, path: string[], direction: number): unknown {
  const reached = valuesAt(doc, path).flat();
  if (reached.length < 2) return reached[0];
  return reached.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best));
}
