import { MongoFailure } from "../errors.ts";
import { compileFilter, type Predicate } from "../matching/filter.ts";
import { type Doc, isPlain, view } from "../wire/values.ts";
import type { ElementChooser } from "./paths.ts";

/**
 * Chooses array elements for `$` (the one the query matched), `$[]` (all) and `$[name]` (by arrayFilters).
 * `usedIn` is every path of the update: each array filter must be used by one of them.
 */
export function elementChooser(filter: Doc, arrayFilters: Doc[], usedIn: string[]): ElementChooser {
  const byName = compileArrayFilters(arrayFilters);
  for (const name of byName.keys()) {
    if (!usedIn.some((path) => path.split(".").includes(`$[${name}]`))) {
      throw new MongoFailure(9, `The array filter for identifier '${name}' was not used in the update`);
    }
  }
  return (part, elements, before) => {
    if (part === "$[]") return elements.map((_, at) => at);
    if (part === "$") return [matchedElement(filter, elements, before)];
    const name = part.slice(2, -1);
    const matches = byName.get(name);
    if (!matches)
      throw new MongoFailure(
        2,
        `No array filter found for identifier '${name}' in path '${before.join(".")}.${part}'`,
      );
    return elements.flatMap((element, at) => (matches({ [name]: view(element) }) ? [at] : []));
  };
}

function compileArrayFilters(arrayFilters: Doc[]): Map<string, Predicate> {
  const byName = new Map<string, Predicate>();
  for (const filter of arrayFilters) {
    const names = new Set(filterNames(filter));
    const [name] = names;
    if (name === undefined || names.size > 1) {
      throw new MongoFailure(9, "Error parsing array filter: expected a single top-level field name");
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw new MongoFailure(
        2,
        `The top-level field name '${name}' of an array filter must begin with a lowercase letter`,
      );
    }
    if (byName.has(name))
      throw new MongoFailure(9, `Found multiple array filters with the same top-level field name ${name}`);
    byName.set(name, compileFilter(filter));
  }
  return byName;
}

function filterNames(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([key, condition]) => {
    if (!key.startsWith("$")) return [key.split(".")[0] ?? ""];
    return Array.isArray(condition) ? condition.flatMap((part) => filterNames(part as Doc)) : [];
  });
}

/** The first element that satisfies every condition of the query on this array, else the last of them alone. */
function matchedElement(filter: Doc, elements: unknown[], before: readonly string[]): number {
  const conditions = conditionsOn(filter, before.join("."));
  const tests = conditions.map(([path, condition]) => compileFilter({ [path]: condition }));
  const matches = (element: unknown, test: Predicate) => test(nest(before, [view(element)]));
  const byAll =
    tests.length > 0 ? elements.findIndex((element) => tests.every((test) => matches(element, test))) : -1;
  if (byAll >= 0) return byAll;
  const last = tests.at(-1);
  const byLast = last ? elements.findIndex((element) => matches(element, last)) : -1;
  if (byLast >= 0) return byLast;
  throw new MongoFailure(2, "The positional operator did not find the match needed from the query.");
}

function conditionsOn(filter: Doc, arrayPath: string): [path: string, condition: unknown][] {
  return Object.entries(filter).flatMap(([key, condition]): [string, unknown][] => {
    if (key === "$and" && Array.isArray(condition)) {
      return condition.flatMap((part) => (isPlain(part) ? conditionsOn(part, arrayPath) : []));
    }
    return key === arrayPath || key.startsWith(`${arrayPath}.`) ? [[key, condition]] : [];
  });
}

function nest(path: readonly string[], value: unknown): Doc {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Doc;
}
