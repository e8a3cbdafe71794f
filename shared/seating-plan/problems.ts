import type { z } from "zod";
import { MAX_ERRORS, MAX_QUOTE_LENGTH } from "./limits.ts";

/** One thing wrong with a plan. `path` is the place, such as `zones[2].rows[4].seats[7].seat_guid`. */
export type PlanError = { path: string; message: string };

/** The place of what is wrong with the file as a whole. */
export const WHOLE_PLAN = "plan";

/** Collects what is wrong, in the order of the file; once `closed`, there is no sense in looking further. */
export class Problems {
  readonly errors: PlanError[] = [];
  closed = false;

  add(path: string, message: string): void {
    if (this.closed) return;
    this.errors.push({ path: path === "" ? WHOLE_PLAN : path, message });
    this.closed = this.errors.length >= MAX_ERRORS;
  }

  /** For a limit that is passed: the rest of the file is not read. */
  addLast(path: string, message: string): void {
    this.add(path, message);
    this.closed = true;
  }

  /** The value as the schema keeps it, or undefined with its faults added. */
  check<S extends z.ZodType>(schema: S, value: unknown, path: string): z.output<S> | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.add(joinPath(path, issue.path), issue.message);
    return undefined;
  }

  /** The array at a place, or an empty one with the fault added; over `max` items, none is read. */
  list(value: unknown, max: number, path: string): unknown[] {
    if (!Array.isArray(value)) {
      this.add(path, "must be an array");
      return [];
    }
    if (value.length <= max) return value;
    this.addLast(path, `has ${value.length} items, over the limit of ${max}`);
    return [];
  }
}

/** A foreign value in a message: quoted and kept short. */
export function quote(value: string): string {
  return JSON.stringify(value.length > MAX_QUOTE_LENGTH ? `${value.slice(0, MAX_QUOTE_LENGTH)}...` : value);
}

function joinPath(base: string, keys: readonly PropertyKey[]): string {
  let path = base;
  for (const key of keys) {
    if (typeof key === "number") path += `[${key}]`;
    else path += path === "" ? String(key) : `.${String(key)}`;
  }
  return path;
}
