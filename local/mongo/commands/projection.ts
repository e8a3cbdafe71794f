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
  const { $comment: _comment, ...conditions } = filter;
  const options = engineOptions({ processingMode: ProcessingMode.CLONE_OUTPUT });
  const views = documents.map((bytes) => viewOf(decodeOwn(bytes)));
  // The documents were matched already; the condition is passed on for the positional operator alone.
  const query = new Query(needsCondition(projection) ? conditions : {}, options);
  const results = query.find<Doc>(views, projection).all();
  return results.map((result, at) => encode(inOrderOf(views[at] ?? {}, result)));
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
