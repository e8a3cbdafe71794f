import type { Collection } from "../storage/collection.ts";
import type { StoredDocument } from "../storage/stored-document.ts";
import { type Doc, isOperatorDoc } from "../wire/values.ts";
import { encodeKey } from "./keys.ts";
import type { LookupIndex } from "./lookup-index.ts";

/** Where the candidates of a filter come from: one index (by equality on its first fields) or every document. */
export type Plan = { index: LookupIndex; wanted: string[][] } | null;

/** Combinations of $in lists that one look-up may try before a scan is the simpler way. */
const MAX_COMBINATIONS = 10_000;

/**
 * Chooses the index for a filter's view: the unique one whose fields are all given, else the one with the
 * longest prefix given. Null when no index starts with a field that the filter fixes.
 */
export function planFor(collection: Collection, filter: Doc): Plan {
  const fixed = equalities(filter);
  let best: Plan = null;
  let bestScore = 0;
  for (const index of collection.indexes.values()) {
    if (index.partialFilter && !implies(fixed, index.partialFilter)) continue;
    const wanted: string[][] = [];
    for (const field of index.fields) {
      const keys = fixed.get(field);
      if (!keys) break;
      wanted.push(keys);
    }
    if (wanted.reduce((product, keys) => product * keys.length, 1) > MAX_COMBINATIONS) continue;
    const decides = index.unique && wanted.length === index.fields.length;
    const score = wanted.length + (decides ? index.fields.length + 100 : 0);
    if (score > bestScore) {
      best = { index, wanted };
      bestScore = score;
    }
  }
  return best;
}

/** The candidates of a plan in natural order. Every document that matches the planned filter is among them. */
export function candidates(collection: Collection, plan: Plan): Iterable<StoredDocument> {
  if (!plan) return collection.documents();
  const found = [...plan.index.lookup(plan.wanted)];
  return found.sort((a, b) => a.record - b.record);
}

/**
 * Fields that a filter fixes to one or several scalars, with their index keys.
 * Null, arrays, documents and patterns match in ways that an index entry does not show: they are left out.
 */
function equalities(filter: Doc, into = new Map<string, string[]>()): Map<string, string[]> {
  for (const [field, condition] of Object.entries(filter)) {
    if (field === "$and" && Array.isArray(condition)) {
      for (const part of condition) equalities(part as Doc, into);
    } else if (!field.startsWith("$") && !into.has(field)) {
      const values = fixedValues(condition);
      if (values) into.set(field, [...new Set(values.map(encodeKey))]);
    }
  }
  return into;
}

function fixedValues(condition: unknown): unknown[] | null {
  if (isScalar(condition)) return [condition];
  if (!isOperatorDoc(condition)) return null;
  if (isScalar(condition.$eq)) return [condition.$eq];
  const list = condition.$in;
  return Array.isArray(list) && list.every(isScalar) ? list : null;
}

function isScalar(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== "object" || value instanceof Date) return true;
  return "_bsontype" in value;
}

/** True when the fixed fields alone show that a document is in a partial index. */
function implies(fixed: Map<string, string[]>, partialFilter: Doc): boolean {
  return Object.entries(partialFilter).every(([field, condition]) => {
    const keys = fixed.get(field);
    if (!keys) return false;
    if (isOperatorDoc(condition) && condition.$exists === true && Object.keys(condition).length === 1)
      return true;
    const allowed = fixedValues(condition)?.map(encodeKey);
    return allowed !== undefined && keys.every((key) => allowed.includes(key));
  });
}
