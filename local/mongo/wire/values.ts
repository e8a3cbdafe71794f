import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  calculateObjectSize,
  Double,
  deserialize,
  Int32,
  Long,
  serialize,
} from "bson";
import { MongoFailure } from "../errors.ts";
import { MAX_DOCUMENT_BYTES, MAX_WIRE_NESTING } from "../limits.ts";

/** A BSON document as a plain object. */
export type Doc = Record<string, unknown>;

/**
 * Two forms of a document are in use.
 * The exact form keeps every BSON type (Int32, Long, Double, BSONRegExp): what is stored and updated.
 * The view has JavaScript numbers and RegExps: what is matched, sorted and indexed.
 */

/** Binary whose text form is its content, because the query engine compares unknown classes by text. */
class ViewBinary extends Binary {
  override toString(): string {
    return `${this.sub_type}:${Buffer.from(this.value()).toString("hex")}`;
  }
}

/** Decodes one BSON document into its exact form. Throws InvalidBSON, or Overflow when it nests too deep. */
export function decode(bytes: Uint8Array): Doc {
  let doc: Doc;
  try {
    doc = decodeOwn(bytes);
  } catch (error) {
    throw new MongoFailure(22, `invalid BSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  if (nesting(doc) > MAX_WIRE_NESTING) {
    throw new MongoFailure(15, `BSON exceeds the maximum nesting of ${MAX_WIRE_NESTING} levels`);
  }
  return doc;
}

/** The same for what was encoded here: nothing is wrong with it. */
export function decodeOwn(bytes: Uint8Array): Doc {
  return deserialize(bytes, { promoteValues: false, bsonRegExp: true });
}

/** Encodes a document. Throws BSONObjectTooLarge past 16 MB. */
export function encode(doc: Doc): Uint8Array {
  // Past its buffer of 17 MB the encoder truncates silently: what is cut off there is too large all the same.
  const bytes = serialize(doc);
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    const size = calculateObjectSize(doc);
    throw new MongoFailure(
      10334,
      `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}(16MB)`,
    );
  }
  // A copy of its own: the encoder's result is a slice of a shared pool, which would be kept alive whole.
  return new Uint8Array(bytes);
}

/** The view of an exact document. */
export function viewOf(doc: Doc): Doc {
  return view(doc) as Doc;
}

/** The view of any exact value. */
export function view(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(view);
  if (isPlain(value)) {
    const copy: Doc = {};
    for (const key of Object.keys(value)) {
      // A plain assignment to this name would set the prototype.
      if (key === "__proto__")
        Object.defineProperty(copy, key, { value: view(value[key]), enumerable: true });
      else copy[key] = view(value[key]);
    }
    return copy;
  }
  if (value instanceof Int32 || value instanceof Double) return value.valueOf();
  if (value instanceof Binary) return new ViewBinary(value.buffer, value.sub_type);
  if (value instanceof BSONRegExp) return regExpOf(value);
  if (value instanceof BSONSymbol) return value.valueOf();
  // Timestamp extends Long in name only for numbers: it has its own order and stays itself.
  if (Long.isLong(value) && (value as { _bsontype?: string })._bsontype === "Long") {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}

function regExpOf(value: BSONRegExp): RegExp {
  const flags = [...value.options].filter((flag) => "imsu".includes(flag)).join("");
  try {
    return new RegExp(value.pattern, flags);
  } catch {
    throw new MongoFailure(51091, `Regular expression is invalid: ${value.pattern}`);
  }
}

/** True for an object that stands for a BSON sub-document (and no other BSON type). */
export function isPlain(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** True for a sub-document whose first key is an operator, such as {$gt: 1}. */
export function isOperatorDoc(value: unknown): value is Doc {
  return isPlain(value) && (Object.keys(value)[0]?.startsWith("$") ?? false);
}

/** Levels of documents and arrays in a value; iterative, because the depth is not known to be sane. */
export function nesting(root: unknown): number {
  let deepest = 0;
  const stack: [value: unknown, depth: number][] = [[root, 1]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [value, depth] = next;
    if (!Array.isArray(value) && !isPlain(value)) continue;
    deepest = Math.max(deepest, depth);
    for (const child of Array.isArray(value) ? value : Object.values(value)) {
      if (typeof child === "object" && child !== null) stack.push([child, depth + 1]);
    }
  }
  return deepest;
}
