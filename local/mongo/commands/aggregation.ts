import { Aggregator } from "mingo/aggregator";
import { ProcessingMode } from "mingo/core";
import { MongoFailure } from "../errors.ts";
import { DEFAULT_FIRST_BATCH } from "../limits.ts";
import { engineOptions, STAGE_NAMES } from "../matching/engine.ts";
import { select } from "../matching/select.ts";
import type { Catalog } from "../storage/catalog.ts";
import { type Doc, encode, isPlain, viewOf } from "../wire/values.ts";
import { countOf, docListOf, docOf, exactDocOf, flagOf, refuseOptions } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";

/** Stages MongoDB has and this server refuses, rather than calls unknown. */
const UNSUPPORTED = new Set([
  "$out",
  "$merge",
  "$changeStream",
  "$collStats",
  "$indexStats",
  "$geoNear",
  "$search",
]);

/** https://www.mongodb.com/docs/manual/reference/command/aggregate/ */
function aggregate({ server, db, body }: CommandContext): Doc {
  refuseOptions(body, ["explain"]);
  const pipeline = docListOf(body, "pipeline").map(viewOf);
  assertStages(pipeline);
  // The number 1 stands for the database: such a pipeline brings its own documents.
  const name = typeof body.aggregate === "string" ? body.aggregate : "$cmd.aggregate";
  const results = runPipeline(server.catalog, { db, name, pipeline, variables: docOf(body, "let") });
  const encoded = results.map((result) => encode(result));
  const batchSize = countOf(exactDocOf(body, "cursor") ?? {}, "batchSize", DEFAULT_FIRST_BATCH);
  return server.cursors.open(`${db}.${name}`, encoded, batchSize, flagOf(body, "singleBatch"));
}

type PipelineRun = { db: string; name: string; pipeline: Doc[]; variables: Doc };

/** A leading $match goes through the indexes; the rest runs over copies, so stored views are never changed. */
function runPipeline(catalog: Catalog, { db, name, pipeline, variables }: PipelineRun): Doc[] {
  const [first, ...others] = pipeline;
  const leading = first && isPlain(first.$match) ? first.$match : null;
  const { documents } = select(catalog.find(db, name), { filter: leading ?? {}, variables });
  const options = engineOptions({
    processingMode: ProcessingMode.CLONE_ALL,
    variables,
    collectionResolver: (from) => [...(catalog.find(db, from)?.documents() ?? [])].map(({ view }) => view),
  });
  const aggregator = new Aggregator(leading ? others : pipeline, options);
  return aggregator.run(documents.map(({ view }) => view)) as Doc[];
}

function assertStages(pipeline: Doc[]): void {
  for (const stage of pipeline) {
    const [name, ...others] = Object.keys(stage);
    if (name === undefined || others.length > 0) {
      throw new MongoFailure(40323, "A pipeline stage specification object must contain exactly one field.");
    }
    if (UNSUPPORTED.has(name)) throw new MongoFailure(238, `stage ${name} is not supported by this server`);
    if (!STAGE_NAMES.has(name)) throw new MongoFailure(40324, `Unrecognized pipeline stage name: '${name}'`);
    const operand = stage[name];
    if (name === "$facet" && isPlain(operand)) {
      for (const inner of Object.values(operand)) if (Array.isArray(inner)) assertStages(inner as Doc[]);
    }
    if (isPlain(operand) && Array.isArray(operand.pipeline)) assertStages(operand.pipeline as Doc[]);
    if (name === "$match" && !isPlain(operand))
      throw new MongoFailure(15959, "the match filter must be an object");
  }
}

export const AGGREGATION: Commands = { aggregate: { run: aggregate, access: "database", on: "readable" } };
