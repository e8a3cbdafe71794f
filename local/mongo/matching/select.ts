import { candidates, type Plan, planFor } from "../indexes/plan.ts";
import type { Collection } from "../storage/collection.ts";
import type { StoredDocument } from "../storage/stored-document.ts";
import type { Doc } from "../wire/values.ts";
import { sortComparator } from "./compare.ts";
import { compileFilter } from "./filter.ts";

/** What to choose from a collection; all documents are views. `limit` 0 means no limit. */
export type Selection = { filter: Doc; sort?: Doc; skip?: number; limit?: number; variables?: Doc };

/** The chosen documents, and how they were found. */
export type Selected = { documents: StoredDocument[]; plan: Plan; examined: number };

/** Finds the documents that a selection names, in its order (natural order without a sort). */
export function select(collection: Collection | undefined, selection: Selection): Selected {
  const matches = compileFilter(selection.filter, selection.variables);
  if (!collection) return { documents: [], plan: null, examined: 0 };
  const { sort, skip = 0, limit = 0 } = selection;
  const sorted = sort !== undefined && Object.keys(sort).length > 0;
  const enough = !sorted && limit > 0 ? skip + limit : Number.POSITIVE_INFINITY;
  const plan = planFor(collection, selection.filter);
  const found: StoredDocument[] = [];
  let examined = 0;
  for (const document of candidates(collection, plan)) {
    if (found.length >= enough) break;
    examined++;
    if (matches(document.view)) found.push(document);
  }
  if (sorted) {
    const compare = sortComparator(sort);
    found.sort((a, b) => compare(a.view, b.view));
  }
  const documents = found.slice(skip, limit > 0 ? skip + limit : undefined);
  return { documents, plan, examined };
}
