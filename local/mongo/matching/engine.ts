import { Context } from "mingo/core";
import { Lazy } from "mingo/lazy";
import * as accumulator from "mingo/operators/accumulator";
import * as expression from "mingo/operators/expression";
import * as pipelineOperators from "mingo/operators/pipeline";
import * as projection from "mingo/operators/projection";
import * as query from "mingo/operators/query";
import * as window from "mingo/operators/window";
import type { Options } from "mingo/types";
import { schemaPredicate } from "../validation/json-schema.ts";
import type { Doc } from "../wire/values.ts";
import { sortComparator } from "./compare.ts";

// $out and $merge would write into an array and lose it: pipelines here only read.
const { $out: _out, $merge: _merge, ...readOnlyStages } = pipelineOperators;

/** Sorting in BSON order, which the engine's own stage does not follow for BSON's own types. */
const $sort: typeof pipelineOperators.$sort = (documents, spec) =>
  documents.transform((all) => Lazy((all as Doc[]).sort(sortComparator(spec as Doc))));

const CONTEXT = Context.init({
  accumulator,
  expression,
  pipeline: { ...readOnlyStages, $sort },
  projection,
  query,
  window,
});

/** For a filter without expressions: the engine copies all operators of its context for each filter that it compiles. */
export const FILTERS_ONLY = Context.init({ query });

/** The stages that a pipeline may use. */
export const STAGE_NAMES: ReadonlySet<string> = new Set(Object.keys({ ...readOnlyStages, $sort }));

/** Options for the query engine. Server-side JavaScript ($where, $function) stays off. */
export function engineOptions(extra: Partial<Options> = {}): Partial<Options> {
  return {
    scriptEnabled: false,
    context: CONTEXT,
    jsonSchemaValidator: (schema) => schemaPredicate(schema),
    ...extra,
  };
}
