import { ProcessingMode } from "mingo/core";
import { Query } from "mingo/query";
import { MongoFailure } from "../errors.ts";
import { engineOptions } from "../matching/engine.ts";
import { type Doc, decodeOwn, encode, viewOf } from "../wire/values.ts";

/**
 * Applies a find projection to encoded documents: https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/
 * Without one they pass as they are, byte for byte. `filter` is for the positional `$`.
 */
export function projectDocuments(documents: Uint8Array[], projection: Doc, filter: Doc): Uint8Array[] {
  if (Object.keys(projection).length === 0) return documents;
  assertOneKind(projection);
  const named = namedFields(projection);
  if (named) return documents.map((bytes) => encode(pick(decodeOwn(bytes), named)));
  const { $comment: _comment, ...conditions } = filter;
  const options = engineOptions({ processingMode: ProcessingMode.CLONE_OUTPUT });
  const views = documents.map((bytes) => viewOf(decodeOwn(bytes)));
  // The documents were matched already; the condition is passed on for the positional operator alone.
  const query = new Query(needsCondition(projection) ? conditions : {}, options);
  const results = query.find<Doc>(views, projection).all();
  return results.map((result, at) => encode(inOrderOf(views[at] ?? {}, result)));
}

/** The fields of a projection that names whole fields and nothing else, as most do: it needs no engine. Null for any other. */
function namedFields(projection: Doc): ReadonlySet<string> | null {
  const { _id: id = 1, ...others } = projection;
  const isNamed = ([name, value]: [string, unknown]) =>
    (value === 1 || value === true) && !name.includes(".") && !name.startsWith("$") && name !== "__proto__";
  const isIdWanted = id === 1 || id === true;
  const names = Object.entries(others);
  if ((!isIdWanted && id !== 0 && id !== false) || !names.every(isNamed)) return null;
  // Without any it is `_id` alone, or all but that.
  if (names.length === 0 && !isIdWanted) return null;
  return new Set([...(isIdWanted ? ["_id"] : []), ...names.map(([name]) => name)]);
}

/** Of a document in exact form, so that a number keeps its type. */
function pick(document: Doc, names: ReadonlySet<string>): Doc {
  const picked: Doc = {};
  for (const name of ["_id", ...Object.keys(document)]) {
    if (names.has(name) && Object.hasOwn(document, name)) picked[name] = document[name];
  }
  return picked;
}

/** Fields keep the document's order, `_id` first; computed ones follow. */
function inOrderOf(source: Doc, result: Doc): Doc {
  const ordered: Doc = {};
  for (const name of ["_id", ...Object.keys(source)])
    if (Object.hasOwn(result, name)) ordered[name] = result[name];
  return Object.assign(ordered, result);
}

function needsCondition(projection: Doc): boolean {
  return Object.keys(projection).some((path) => path.endsWith(".$"));
}

/** Inclusion and exclusion may not be mixed, but for `_id`. */
function assertOneKind(projection: Doc): void {
  const plain = Object.entries(projection).filter(
    ([path, value]) => path !== "_id" && (typeof value === "number" || typeof value === "boolean"),
  );
  const first = plain[0];
  if (!first) return;
  const other = plain.find(([, value]) => Boolean(value) !== Boolean(first[1]));
  if (!other) return;
  const kind = first[1] ? "inclusion" : "exclusion";
  const code = first[1] ? 31254 : 31253;
  throw new MongoFailure(
    code,
    `Cannot do ${kind === "inclusion" ? "exclusion" : "inclusion"} on field ${other[0]} in ${kind} projection`,
  );
}
