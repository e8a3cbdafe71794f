import { Query } from "mingo/query";
import { MongoFailure } from "../errors.ts";
import { encodeKey, fieldKeys } from "../indexes/keys.ts";
import { type Doc, isOperatorDoc, isPlain } from "../wire/values.ts";
import { engineOptions, FILTERS_ONLY } from "./engine.ts";

/** Decides whether a document's view matches. */
export type Predicate = (doc: Doc) => boolean;

/**
 * Compiles a filter's view. `variables` are the command's `let`. Throws BadValue for an unknown operator.
 * `$comment` is taken out: it is for the log only.
 */
export function compileFilter(filter: Doc, variables?: Doc): Predicate {
  if (Object.entries(filter).every(isPlainEquality)) return equalTo(filter);
  assertOperands(filter);
  const { $comment: _comment, ...conditions } = filter;
  const extra = { ...(variables && { variables }), ...(!hasExpression(filter) && { context: FILTERS_ONLY }) };
  const query = new Query<Doc>(conditions, engineOptions(extra));
  return (doc) => query.test(doc);
}

/** A field that has to equal a text, a number or a truth value: how most documents are asked for. */
const isPlainEquality = ([field, condition]: [string, unknown]): boolean =>
  !field.startsWith("$") && ["string", "number", "boolean"].includes(typeof condition);

/** The same as the engine decides, without the engine: by what an index is looked up by. */
function equalTo(filter: Doc): Predicate {
  const wanted = Object.entries(filter).map(
    ([field, value]) => [field.split("."), encodeKey(value)] as const,
  );
  return (doc) => wanted.every(([path, key]) => fieldKeys(doc, path).includes(key));
}

function hasExpression(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasExpression);
  return (
    isPlain(value) &&
    Object.entries(value).some(([name, operand]) => name === "$expr" || hasExpression(operand))
  );
}

/** Operands that the engine would take silently, or fail on with a message that helps nobody. */
function assertOperands(filter: Doc): void {
  for (const [field, condition] of Object.entries(filter)) {
    if (field === "$and" || field === "$or" || field === "$nor") {
      if (!Array.isArray(condition) || condition.length === 0) {
        throw new MongoFailure(2, `${field} argument must be a non-empty array`);
      }
      for (const part of condition) {
        if (!isPlain(part)) throw new MongoFailure(2, `${field} entries need to be full objects`);
        assertOperands(part);
      }
    } else if (!field.startsWith("$") && isOperatorDoc(condition)) {
      for (const [operator, operand] of Object.entries(condition)) assertOperand(operator, operand);
      if (condition.$regex !== undefined) assertRegex(condition.$regex, condition.$options);
    }
  }
}

function assertOperand(operator: string, operand: unknown): void {
  if ((operator === "$in" || operator === "$nin" || operator === "$all") && !Array.isArray(operand)) {
    throw new MongoFailure(2, `${operator} needs an array`);
  }
  if (operator === "$elemMatch" && !isPlain(operand)) throw new MongoFailure(2, "$elemMatch needs an Object");
  if (operator === "$size" && typeof operand !== "number")
    throw new MongoFailure(9, "Failed to parse $size. Expected a number");
  if (operator === "$not" && !isPlain(operand) && !(operand instanceof RegExp)) {
    throw new MongoFailure(2, "$not needs a regex or a document");
  }
  if (!operator.startsWith("$")) throw new MongoFailure(2, `unknown operator: ${operator}`);
}

function assertRegex(pattern: unknown, options: unknown): void {
  try {
    new RegExp(pattern as string | RegExp, options as string | undefined);
  } catch {
    throw new MongoFailure(51091, `Regular expression is invalid: ${String(pattern)}`);
  }
}
