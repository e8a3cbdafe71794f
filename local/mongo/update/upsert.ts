import { BSONRegExp, ObjectId } from "bson";
import { type Doc, isOperatorDoc, isPlain } from "../wire/values.ts";
import { applyUpdate, isReplacement, type Update } from "./apply.ts";
import { setAt, splitPath } from "./paths.ts";

/**
 * The document an upsert inserts: the equalities of the query (exact form), then the update.
 * A replacement takes only `_id` from the query. `_id` is made when neither gives one, and comes first.
 */
export function upsertedDocument(exactFilter: Doc, update: Update, now: number): Doc {
  const seed: Doc = {};
  addEqualities(exactFilter, seed);
  const start: Doc = isReplacement(update.change) ? (seed._id === undefined ? {} : { _id: seed._id }) : seed;
  const { _id = new ObjectId(), ...fields } = applyUpdate(start, update, { now, inserting: true });
  return { _id, ...fields };
}

function addEqualities(filter: Doc, into: Doc): void {
  for (const [path, condition] of Object.entries(filter)) {
    if (path === "$and" && Array.isArray(condition)) {
      for (const part of condition) if (isPlain(part)) addEqualities(part, into);
    } else if (!path.startsWith("$")) {
      if (condition instanceof BSONRegExp) continue;
      if (!isOperatorDoc(condition)) setAt(into, splitPath(path), condition);
      else if (Object.hasOwn(condition, "$eq")) setAt(into, splitPath(path), condition.$eq);
    }
  }
}
