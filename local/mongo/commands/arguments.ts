import { MongoFailure } from "../errors.ts";
import { type Doc, isPlain, view, viewOf } from "../wire/values.ts";

/** Readers for a command's fields. All throw TypeMismatch, naming the field, for another type. */

function mismatch(name: string, expected: string): MongoFailure {
  return new MongoFailure(14, `BSON field '${name}' is the wrong type: expected ${expected}`);
}

/** A string field that must be there. */
export function stringOf(body: Doc, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw mismatch(name, "string");
}

/** A whole number of 0 or more, or `fallback` when absent. */
export function countOf(body: Doc, name: string, fallback: number): number {
  const value = view(body[name]);
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "number") throw mismatch(name, "number");
  if (!Number.isInteger(value) || value < 0) {
    throw new MongoFailure(2, `BSON field '${name}' value must be >= 0, actual value '${value}'`);
  }
  return value;
}

/** A flag: absent is false, and numbers count as MongoDB counts them. */
export function flagOf(body: Doc, name: string): boolean {
  const value = view(body[name]);
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  throw mismatch(name, "bool");
}

/** A sub-document in exact form, or undefined when absent. */
export function exactDocOf(body: Doc, name: string): Doc | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (isPlain(value)) return value;
  throw mismatch(name, "object");
}

/** A sub-document's view, `{}` when absent. */
export function docOf(body: Doc, name: string): Doc {
  const value = exactDocOf(body, name);
  return value ? viewOf(value) : {};
}

/** An array of sub-documents in exact form, empty when absent. */
export function docListOf(body: Doc, name: string): Doc[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isPlain)) return value;
  throw mismatch(name, "array of objects");
}

/** Refuses options whose silent loss would change a result. */
export function refuseOptions(body: Doc, names: readonly string[]): void {
  for (const name of names) {
    const value = view(body[name]);
    if (value !== undefined && value !== null && value !== false) {
      throw new MongoFailure(238, `option '${name}' is not supported by this server`);
    }
  }
  const locale = exactDocOf(body, "collation")?.locale;
  if (locale !== undefined && locale !== "simple") {
    throw new MongoFailure(238, "collation is not supported by this server");
  }
}
