/** The part of MongoDB's language that the services use, over plain documents. What it does not know it refuses. */

type Fields = Record<string, unknown>;

/** Whether a document matches a filter: equality, `$or`, dotted paths, and the operators below. */
export function matches(document: Fields, filter: Fields): boolean {
  return Object.entries(filter).every(([path, condition]) => {
    if (path === "$or") return (condition as Fields[]).some((each) => matches(document, each));
    if (path.startsWith("$")) throw new Error(`unknown operator ${path}`);
    return meets(valueAt(document, path), condition);
  });
}

function meets(value: unknown, condition: unknown): boolean {
  if (!isOperators(condition)) return holds(value, condition);
  return Object.entries(condition).every(([operator, operand]) => {
    switch (operator) {
      case "$ne":
        return !holds(value, operand);
      case "$in":
        return (operand as unknown[]).some((each) => holds(value, each));
      case "$exists":
        return (value !== undefined) === operand;
      case "$lte":
        return isComparable(value, operand) && Number(value) <= Number(operand);
      case "$gte":
        return isComparable(value, operand) && Number(value) >= Number(operand);
      default:
        throw new Error(`unknown operator ${operator}`);
    }
  });
}

const isOperators = (condition: unknown): condition is Fields =>
  isPlain(condition) && Object.keys(condition).some((key) => key.startsWith("$"));

/** Equality as MongoDB has it: an array holds its elements, and what is absent equals null. */
function holds(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(value) && !Array.isArray(wanted)) return value.some((each) => holds(each, wanted));
  if (isComparable(value, wanted)) return Number(value) === Number(wanted);
  return (value ?? null) === (wanted ?? null);
}

/** Values of different kinds, null among them, are never in an order. */
const isComparable = (one: unknown, other: unknown): boolean =>
  one instanceof Date ? other instanceof Date : typeof one === "number" && typeof other === "number";

/** Changes a document in place: `$set`, `$inc`, and `$push` with or without `$each` and `$slice`. */
export function update(document: Fields, change: Fields): void {
  for (const [operator, fields] of Object.entries(change)) {
    for (const [path, operand] of Object.entries(fields as Fields)) {
      if (path.includes(".")) throw new Error(`cannot change inside ${path}`);
      document[path] = changed(document[path], operator, operand);
    }
  }
}

function changed(value: unknown, operator: string, operand: unknown): unknown {
  switch (operator) {
    case "$set":
      return copy(operand);
    case "$inc":
      if (value !== undefined && typeof value !== "number") throw new Error("$inc of what is no number");
      return (value ?? 0) + Number(operand);
    case "$push": {
      const { $each = [operand], $slice } = isOperators(operand) ? operand : ({} as Fields);
      const all = [...((value as unknown[] | undefined) ?? []), ...copy($each as unknown[])];
      // Only the last ones are ever kept: MongoDB has them as a negative number.
      return $slice === undefined ? all : all.slice(Number($slice));
    }
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/** A deep copy; what is undefined becomes null, as in BSON. */
export function copy<T>(value: T): T {
  if (value instanceof Date) return new Date(value.getTime()) as T;
  if (Array.isArray(value)) return value.map(copy) as T;
  if (!isPlain(value)) return (value === undefined ? null : value) as T;
  const copied: Fields = {};
  for (const key of Object.keys(value)) copied[key] = copy(value[key]);
  return copied as T;
}

export function valueAt(document: Fields, path: string): unknown {
  if (!path.includes(".")) return document[path];
  return path.split(".").reduce<unknown>((value, key) => (isPlain(value) ? value[key] : undefined), document);
}

const isPlain = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
