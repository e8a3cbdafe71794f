import { Timestamp } from "bson";
import { MongoFailure } from "../errors.ts";
import { compareValues } from "../matching/compare.ts";
import { type Doc, isPlain, view } from "../wire/values.ts";
import { compute } from "./arithmetic.ts";
import { ARRAY_OPERATORS } from "./array-operators.ts";
import type { Operator } from "./operator.ts";
import { type ConcretePath, getAt, setAt, splitPath, unsetAt } from "./paths.ts";

/** Field operators: https://www.mongodb.com/docs/manual/reference/operator/update-field/ */

const $set: Operator = (root, path, operand) => setAt(root, path, operand);

const $setOnInsert: Operator = (root, path, operand, { inserting }) => {
  if (inserting) setAt(root, path, operand);
};

const $unset: Operator = (root, path) => unsetAt(root, path);

const $inc: Operator = (root, path, operand) =>
  setAt(root, path, compute("$inc", path.join("."), getAt(root, path), operand));

const $mul: Operator = (root, path, operand) =>
  setAt(root, path, compute("$mul", path.join("."), getAt(root, path), operand));

const $min: Operator = (root, path, operand) => keepExtreme(root, path, operand, -1);
const $max: Operator = (root, path, operand) => keepExtreme(root, path, operand, 1);

function keepExtreme(root: Doc, path: ConcretePath, operand: unknown, sign: 1 | -1): void {
  const current = getAt(root, path);
  if (current === undefined || compareValues(view(operand), view(current)) * sign > 0)
    setAt(root, path, operand);
}

const $currentDate: Operator = (root, path, operand, { now }) => {
  const type = isPlain(operand) ? operand.$type : operand === true ? "date" : undefined;
  if (type === "date") setAt(root, path, new Date(now));
  else if (type === "timestamp") setAt(root, path, new Timestamp({ t: Math.floor(now / 1000), i: 1 }));
  else throw new MongoFailure(2, "$currentDate takes true, {$type: 'date'} or {$type: 'timestamp'}");
};

const $rename: Operator = (root, path, operand) => {
  if (typeof operand !== "string") throw new MongoFailure(2, "The 'to' field for $rename must be a string");
  const value = getAt(root, path);
  if (value === undefined) return;
  unsetAt(root, path);
  setAt(root, splitPath(operand), value);
};

/** Every update operator by name. $bit is not among them. */
export const OPERATORS: Record<string, Operator> = {
  $set,
  $setOnInsert,
  $unset,
  $inc,
  $mul,
  $min,
  $max,
  $currentDate,
  $rename,
  ...ARRAY_OPERATORS,
};
