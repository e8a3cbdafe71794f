import { MongoFailure } from "../errors.ts";
import { type Doc, isPlain } from "../wire/values.ts";

/**
 * A canonical text of any view value: equal texts are equal values in MongoDB's sense
 * (1 and 1.0 alike, ObjectIds and dates by content, sub-documents in field order).
 */
export function encodeKey(value: unknown): string {
  switch (typeof value) {
    case "number":
      // -0 and 0 are one key.
      return `n${value === 0 ? 0 : value}`;
    case "string":
      return `s${JSON.stringify(value)}`;
    case "boolean":
      return `b${value}`;
    case "undefined":
      return "null";
    default:
      return value === null ? "null" : encodeObject(value as object);
  }
}

function encodeObject(value: object): string {
  if (value instanceof Date) return `d${value.getTime()}`;
  if (value instanceof RegExp) return `r${JSON.stringify([value.source, value.flags])}`;
  if (Array.isArray(value)) return `[${value.map(encodeKey).join(",")}]`;
  if (isPlain(value)) {
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${encodeKey(field)}`);
    return `{${fields.join(",")}}`;
  }
  const type = (value as { _bsontype?: string })._bsontype ?? "unknown";
  return type === "Long" ? `n${String(value)}` : `${type}${JSON.stringify(String(value))}`;
}

/**
 * The values a dotted path reaches in a view, arrays on the way entered as MongoDB does:
 * a number names an element, any other name means every sub-document. Empty when nothing is there.
 */
export function valuesAt(value: unknown, path: readonly string[], from = 0): unknown[] {
  const name = path[from];
  if (name === undefined) return [value];
  if (Array.isArray(value)) {
    const found =
      /^\d+$/.test(name) && Number(name) < value.length ? valuesAt(value[Number(name)], path, from + 1) : [];
    for (const element of value) {
      if (isPlain(element)) found.push(...valuesAt(element, path, from));
    }
    return found;
  }
  return isPlain(value) && Object.hasOwn(value, name) ? valuesAt(value[name], path, from + 1) : [];
}

/** The distinct index keys of one field: each element of an array (or the empty one), null when absent. */
export function fieldKeys(doc: Doc, path: readonly string[]): string[] {
  const reached = valuesAt(doc, path);
  if (reached.length === 0) return ["null"];
  const keys = new Set<string>();
  for (const value of reached) {
    if (Array.isArray(value)) {
      for (const element of value) keys.add(encodeKey(element));
      if (value.length === 0) keys.add(encodeKey(value));
    } else {
      keys.add(encodeKey(value));
    }
  }
  return [...keys];
}

/**
 * The entries a document has in a compound index: one per array element, as in a multikey index.
 * Throws CannotIndexParallelArrays when two of the fields are arrays.
 */
export function indexEntries(doc: Doc, paths: readonly (readonly string[])[]): string[][] {
  const perField = paths.map((path) => fieldKeys(doc, path));
  const arrays = perField.filter((keys) => keys.length > 1);
  if (arrays.length > 1) {
    const names = paths
      .filter((_, index) => (perField[index]?.length ?? 0) > 1)
      .map((path) => path.join("."));
    throw new MongoFailure(171, `cannot index parallel arrays [${names.join("] [")}]`);
  }
  let entries: string[][] = [[]];
  for (const keys of perField) entries = entries.flatMap((entry) => keys.map((key) => [...entry, key]));
  return entries;
}
