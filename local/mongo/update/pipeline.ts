import { Aggregator } from "mingo/aggregator";
import { ProcessingMode } from "mingo/core";
import { MongoFailure } from "../errors.ts";
import { encodeKey } from "../indexes/keys.ts";
import { engineOptions } from "../matching/engine.ts";
import { type Doc, isPlain, view, viewOf } from "../wire/values.ts";

/** https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/ */
const UPDATE_STAGES = new Set(["$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith"]);

/** Runs an update pipeline (exact form) over one exact document. */
export function applyPipeline(document: Doc, pipeline: Doc[], variables: Doc): Doc {
  for (const stage of pipeline) {
    const name = isPlain(stage) ? (Object.keys(stage)[0] ?? "") : "";
    if (!UPDATE_STAGES.has(name)) {
      throw new MongoFailure(72, `${name} is not allowed to be used within an update`);
    }
  }
  const options = engineOptions({ processingMode: ProcessingMode.CLONE_ALL, variables });
  const [result] = new Aggregator(view(pipeline) as Doc[], options).run([viewOf(document)]);
  return keepExact({ _id: document._id, ...(result as Doc) }, document) as Doc;
}

/** Gives values that did not change their exact BSON type back. */
function keepExact(value: unknown, before: unknown): unknown {
  if (encodeKey(value) === encodeKey(view(before))) return before;
  if (!isPlain(value) || !isPlain(before)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, keepExact(field, before[key])]),
  );
}
