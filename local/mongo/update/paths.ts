import { MongoFailure } from "../errors.ts";
import { MAX_ARRAY_BACKFILL } from "../limits.ts";
import { type Doc, isPlain } from "../wire/values.ts";

/** A path whose positional parts have been replaced by element numbers. */
export type ConcretePath = readonly string[];

/** Which elements of an array a positional part (`$`, `$[]`, `$[name]`) names. `before` is the path to it. */
export type ElementChooser = (part: string, elements: unknown[], before: ConcretePath) => number[];

/** Splits a dotted path. Throws EmptyFieldName, or BadValue for a name that JavaScript cannot hold safely. */
export function splitPath(path: string): string[] {
  const parts = path.split(".");
  for (const part of parts) {
    if (part === "") throw new MongoFailure(56, `The update path '${path}' contains an empty field name`);
    if (part === "__proto__") throw new MongoFailure(2, `The field name '${part}' is not supported`);
  }
  return parts;
}

/** True for `$`, `$[]` and `$[name]`. */
export function isPositional(part: string): boolean {
  return part === "$" || (part.startsWith("$[") && part.endsWith("]"));
}

/** Resolves the positional parts of a path against a document: one path for every chosen element. */
export function concretePaths(root: Doc, path: string, choose: ElementChooser): ConcretePath[] {
  let found: { path: string[]; value: unknown }[] = [{ path: [], value: root }];
  for (const part of splitPath(path)) {
    found = found.flatMap(({ path: before, value }) => {
      if (!isPositional(part)) {
        if (part.startsWith("$")) {
          throw new MongoFailure(
            52,
            `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
          );
        }
        return [{ path: [...before, part], value: child(value, part) }];
      }
      if (!Array.isArray(value)) {
        const shown = before.join(".");
        throw new MongoFailure(
          2,
          `The path '${shown}' must exist in the document in order to apply array updates.`,
        );
      }
      const elements: unknown[] = value;
      return choose(part, elements, before).map((at) => ({
        path: [...before, String(at)],
        value: elements[at],
      }));
    });
  }
  return found.map(({ path: concrete }) => concrete);
}

function child(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return isElementNumber(name) ? value[Number(name)] : undefined;
  return isPlain(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isElementNumber(name: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(name);
}

/** The value at a path, undefined when there is none. */
export function getAt(root: Doc, path: ConcretePath): unknown {
  return path.reduce<unknown>(child, root);
}

/** Sets the value at a path, making documents on the way. Throws PathNotViable through a scalar. */
export function setAt(root: Doc, path: ConcretePath, value: unknown): void {
  let holder: unknown = root;
  path.forEach((name, depth) => {
    const last = depth === path.length - 1;
    const next = last ? value : (child(holder, name) ?? {});
    assertHolds(holder, name, path[depth - 1] ?? "");
    if (Array.isArray(holder)) setElement(holder, Number(name), next);
    else (holder as Doc)[name] = next;
    holder = next;
  });
}

function assertHolds(holder: unknown, name: string, holderName: string): void {
  if (isPlain(holder) || (Array.isArray(holder) && isElementNumber(name))) return;
  throw new MongoFailure(
    28,
    `Cannot create field '${name}' in element {${holderName}: ${JSON.stringify(holder)}}`,
  );
}

function setElement(array: unknown[], at: number, value: unknown): void {
  if (at - array.length > MAX_ARRAY_BACKFILL) {
    throw new MongoFailure(2, `can't backfill more than ${MAX_ARRAY_BACKFILL} elements`);
  }
  while (array.length < at) array.push(null);
  array[at] = value;
}

/** Takes the field at a path away; an array element becomes null, as in MongoDB. */
export function unsetAt(root: Doc, path: ConcretePath): void {
  const holder = getAt(root, path.slice(0, -1));
  const name = path.at(-1) ?? "";
  if (Array.isArray(holder)) {
    if (isElementNumber(name) && Number(name) < holder.length) holder[Number(name)] = null;
  } else if (isPlain(holder)) {
    delete holder[name];
  }
}
