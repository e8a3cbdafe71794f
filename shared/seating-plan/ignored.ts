import { z } from "zod";
import { MAX_IGNORED, MAX_QUOTE_LENGTH } from "./limits.ts";
import { seatingPlanSchema } from "./schema.ts";

/** The fields an object may have; for each, the fields of the objects below it (null: a plain value). */
type KnownFields = Map<string, KnownFields | null>;

/**
 * What the platform does not know in a plan, and so did not keep: one entry a field, such as
 * `zones[].rows[].seats[].status (12 times)`, at most MAX_IGNORED of them and a last one that says so.
 * `json` must already have passed the schema: the walk follows known fields only, so it is as deep as the format.
 */
export function ignoredFields(json: unknown): string[] {
  const entries = [...countIgnored(json)].map(([field, times]) =>
    times === 1 ? field : `${field} (${times} times)`,
  );
  return entries.length > MAX_IGNORED ? [...entries.slice(0, MAX_IGNORED), "and further fields"] : entries;
}

/** How often each ignored field comes; one field more than is named, which says that there were others. */
export function countIgnored(json: unknown): Map<string, number> {
  const found = new Map<string, number>();
  collect(json, knownFields, "", found);
  return found;
}

function collect(value: unknown, known: KnownFields, path: string, found: Map<string, number>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, known, `${path}[]`, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const below = known.get(key);
      if (below) collect(member, below, path === "" ? key : `${path}.${key}`, found);
      else if (below === undefined)
        note(`${path}${path === "" ? "" : "."}${key.slice(0, MAX_QUOTE_LENGTH)}`, found);
    }
  }
}

/** The map stays small, however many fields a file makes up. */
function note(field: string, found: Map<string, number>): void {
  const times = found.get(field);
  if (times !== undefined || found.size <= MAX_IGNORED) found.set(field, (times ?? 0) + 1);
}

/** Read from the schema itself, so that a field added there is known here. */
function fieldsOf(schema: unknown): KnownFields | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return fieldsOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element);
  if (schema instanceof z.ZodUnion)
    return schema.options.map(fieldsOf).find((fields) => fields !== null) ?? null;
  if (!(schema instanceof z.ZodObject)) return null;
  return new Map(Object.entries(schema.shape).map(([key, member]) => [key, fieldsOf(member)]));
}

const knownFields = fieldsOf(seatingPlanSchema) ?? new Map();
