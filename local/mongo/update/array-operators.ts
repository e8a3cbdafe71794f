import { MongoFailure } from "../errors.ts";
import { encodeKey } from "../indexes/keys.ts";
import { compareValues, sortComparator } from "../matching/compare.ts";
import { compileFilter } from "../matching/filter.ts";
import { type Doc, isOperatorDoc, isPlain, view } from "../wire/values.ts";
import type { Operator } from "./operator.ts";
import { getAt, setAt } from "./paths.ts";

/** Array operators: https://www.mongodb.com/docs/manual/reference/operator/update-array/ */

const keyOf = (value: unknown) => encodeKey(view(value));

/** The array at a path, or undefined when the field is absent. Throws when something else is there. */
function arrayAt(root: Doc, path: readonly string[], operator: string, code: number): unknown[] | undefined {
  const current = getAt(root, path);
  if (current === undefined || Array.isArray(current)) return current;
  throw new MongoFailure(
    code,
    `Cannot apply ${operator} to the field '${path.join(".")}': it is not an array`,
  );
}

const PUSH_MODIFIERS = new Set(["$each", "$slice", "$sort", "$position"]);

const $push: Operator = (root, path, operand) => {
  const current = arrayAt(root, path, "$push", 2) ?? [];
  if (!isPlain(operand) || !Object.hasOwn(operand, "$each")) {
    setAt(root, path, [...current, operand]);
    return;
  }
  const unknown = Object.keys(operand).find((name) => !PUSH_MODIFIERS.has(name));
  if (unknown) throw new MongoFailure(2, `Unrecognized clause in $push: ${unknown}`);
  const { $each } = operand;
  if (!Array.isArray($each)) throw new MongoFailure(2, "The argument to $each in $push must be an array");
  const position = integer(operand.$position, "$position") ?? current.length;
  let result = [...current];
  result.splice(position, 0, ...$each);
  if (operand.$sort !== undefined) result = sorted(result, view(operand.$sort));
  const slice = integer(operand.$slice, "$slice");
  if (slice !== undefined) result = slice < 0 ? result.slice(slice) : result.slice(0, slice);
  setAt(root, path, result);
};

function integer(operand: unknown, name: string): number | undefined {
  if (operand === undefined) return undefined;
  const value = view(operand);
  if (Number.isInteger(value)) return value as number;
  throw new MongoFailure(2, `The value for ${name} must be an integer value`);
}

function sorted(elements: unknown[], order: unknown): unknown[] {
  const pairs = elements.map((element) => ({ element, seen: view(element) }));
  if (isPlain(order)) {
    const compare = sortComparator(order);
    pairs.sort((a, b) => compare(isPlain(a.seen) ? a.seen : {}, isPlain(b.seen) ? b.seen : {}));
  } else if (order === 1 || order === -1) {
    pairs.sort((a, b) => compareValues(a.seen, b.seen) * order);
  } else {
    throw new MongoFailure(2, "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1}");
  }
  return pairs.map(({ element }) => element);
}

const $addToSet: Operator = (root, path, operand) => {
  const current = arrayAt(root, path, "$addToSet", 2) ?? [];
  const each = isPlain(operand) && Object.hasOwn(operand, "$each") ? operand.$each : [operand];
  if (!Array.isArray(each)) {
    throw new MongoFailure(14, "The argument to $each in $addToSet must be an array");
  }
  const present = new Set(current.map(keyOf));
  const result = [...current];
  for (const element of each) {
    const key = keyOf(element);
    if (!present.has(key)) result.push(element);
    present.add(key);
  }
  setAt(root, path, result);
};

const $pull: Operator = (root, path, operand) => {
  const current = arrayAt(root, path, "$pull", 2);
  if (!current) return;
  const goes = pullPredicate(view(operand));
  setAt(
    root,
    path,
    current.filter((element) => !goes(view(element))),
  );
};

function pullPredicate(condition: unknown): (element: unknown) => boolean {
  if (isOperatorDoc(condition) || condition instanceof RegExp) {
    const matches = compileFilter({ element: condition });
    return (element) => matches({ element });
  }
  if (isPlain(condition)) {
    const matches = compileFilter(condition);
    return (element) => isPlain(element) && matches(element);
  }
  const key = encodeKey(condition);
  return (element) => encodeKey(element) === key;
}

const $pullAll: Operator = (root, path, operand) => {
  if (!Array.isArray(operand)) throw new MongoFailure(2, "$pullAll requires an array argument");
  const current = arrayAt(root, path, "$pullAll", 2);
  if (!current) return;
  const goes = new Set(operand.map(keyOf));
  setAt(
    root,
    path,
    current.filter((element) => !goes.has(keyOf(element))),
  );
};

const $pop: Operator = (root, path, operand) => {
  const end = view(operand);
  if (end !== 1 && end !== -1) throw new MongoFailure(9, "$pop expects 1 or -1");
  const current = arrayAt(root, path, "$pop", 14);
  if (current) setAt(root, path, end === 1 ? current.slice(0, -1) : current.slice(1));
};

export const ARRAY_OPERATORS: Record<string, Operator> = { $push, $addToSet, $pull, $pullAll, $pop };
