import { MongoFailure } from "../errors.ts";
import { encodeKey } from "../indexes/keys.ts";
import { type Doc, isPlain, view } from "../wire/values.ts";
import type { Operator, OperatorContext } from "./operator.ts";
import { OPERATORS } from "./operators.ts";
import { concretePaths, isPositional, splitPath } from "./paths.ts";
import { applyPipeline } from "./pipeline.ts";
import { elementChooser } from "./positions.ts";

/** One update: what to do, with the query's view and options it depends on. */
export type Update = {
  /** Exact form: operators, a replacement document, or a pipeline. */
  readonly change: unknown;
  /** View of the query, for the positional `$`. */
  readonly filter: Doc;
  /** Views. */
  readonly arrayFilters: Doc[];
  readonly variables: Doc;
};

type Change = { operator: Operator; path: string; operand: unknown };

/** True when the change is a whole new document. */
export function isReplacement(change: unknown): change is Doc {
  return isPlain(change) && !Object.keys(change)[0]?.startsWith("$");
}

/**
 * Checks an update without a document, so that a bad one fails even when nothing matches.
 * Throws FailedToParse, ConflictingUpdateOperators and the like.
 */
export function assertUpdate(update: Update): void {
  if (Array.isArray(update.change) || isReplacement(update.change)) {
    if (update.arrayFilters.length > 0)
      throw new MongoFailure(9, "Cannot specify arrayFilters with this update");
    if (isReplacement(update.change)) assertReplacement(update.change);
    return;
  }
  const changes = changesOf(update.change);
  elementChooser(
    update.filter,
    update.arrayFilters,
    changes.map(({ path }) => path),
  );
}

/**
 * Applies an update to an exact document, which it may change, and returns the result.
 * Throws ImmutableField when `_id` would change, and what the operators throw.
 */
export function applyUpdate(document: Doc, update: Update, context: OperatorContext): Doc {
  const { _id } = document;
  const result = changed(document, update, context);
  if (_id === undefined || encodeKey(view(result._id)) === encodeKey(view(_id))) return result;
  throw new MongoFailure(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
}

function changed(document: Doc, update: Update, context: OperatorContext): Doc {
  if (Array.isArray(update.change)) return applyPipeline(document, update.change as Doc[], update.variables);
  if (isReplacement(update.change)) {
    const { _id = document._id, ...fields } = update.change;
    return _id === undefined ? fields : { _id, ...fields };
  }
  const changes = changesOf(update.change);
  const choose = elementChooser(
    update.filter,
    update.arrayFilters,
    changes.map(({ path }) => path),
  );
  // All elements are chosen before anything changes: a change may unmake what another was chosen by.
  const resolved = changes.map((change) => ({
    ...change,
    targets: concretePaths(document, change.path, choose),
  }));
  for (const { operator, operand, targets } of resolved) {
    for (const target of targets) operator(document, target, operand, context);
  }
  return document;
}

function assertReplacement(replacement: Doc): void {
  const dollar = Object.keys(replacement).find((name) => name.startsWith("$"));
  if (dollar) {
    throw new MongoFailure(
      52,
      `The dollar ($) prefixed field '${dollar}' is not allowed in a replacement document`,
    );
  }
}

/** The single changes of an operator update, in the order of their paths, as MongoDB applies them. */
function changesOf(change: unknown): Change[] {
  if (!isPlain(change)) throw new MongoFailure(9, "Update argument must be either an object or an array");
  const changes: Change[] = [];
  const paths: string[] = [];
  for (const [name, fields] of Object.entries(change)) {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (!operator) {
      throw new MongoFailure(
        9,
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isPlain(fields)) {
      throw new MongoFailure(9, `Modifiers operate on fields but we found another type for ${name}`);
    }
    for (const [path, operand] of Object.entries(fields)) {
      if (isPositional(splitPath(path)[0] ?? "")) {
        throw new MongoFailure(
          2,
          `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
        );
      }
      changes.push({ operator, path, operand });
      paths.push(path);
      if (name === "$rename" && typeof operand === "string") paths.push(operand);
    }
  }
  assertNoConflict(paths);
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Two changes may not touch one path, nor a path and what is below it. */
function assertNoConflict(paths: string[]): void {
  const sorted = [...paths].sort((a, b) => comparePaths(a.split("."), b.split(".")));
  for (let at = 1; at < sorted.length; at++) {
    const [before, path] = [sorted[at - 1] ?? "", sorted[at] ?? ""];
    if (path === before || path.startsWith(`${before}.`)) {
      throw new MongoFailure(40, `Updating the path '${path}' would create a conflict at '${before}'`);
    }
  }
}

/** Part by part, so that everything below a path comes right after it. */
function comparePaths(a: string[], b: string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [left, right] = [a[at] ?? "", b[at] ?? ""];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
