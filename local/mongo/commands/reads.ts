import { Long } from "bson";
import { MongoFailure } from "../errors.ts";
import { encodeKey, valuesAt } from "../indexes/keys.ts";
import { DEFAULT_FIRST_BATCH } from "../limits.ts";
import { select } from "../matching/select.ts";
import { type Doc, encode, view } from "../wire/values.ts";
import { countOf, docOf, exactDocOf, flagOf, refuseOptions, stringOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";
import { projectDocuments } from "./projection.ts";

/** Options of find that would change the result and are not carried out. */
const UNSUPPORTED_FIND = ["tailable", "awaitData", "min", "max", "returnKey", "showRecordId"];

/** https://www.mongodb.com/docs/manual/reference/command/find/ */
function find({ server, db, body }: CommandContext): Doc {
  const name = stringOf(body, "find");
  const selection = findSelection(body);
  const { documents } = select(server.catalog.find(db, name), selection);
  const results = projectDocuments(
    documents.map(({ bytes }) => bytes),
    docOf(body, "projection"),
    selection.filter,
  );
  const batchSize = countOf(body, "batchSize", DEFAULT_FIRST_BATCH);
  return server.cursors.open(`${db}.${name}`, results, batchSize, flagOf(body, "singleBatch"));
}

function findSelection(body: Doc) {
  refuseOptions(body, UNSUPPORTED_FIND);
  const sort = docOf(body, "sort");
  for (const [path, direction] of Object.entries(sort)) {
    if (direction !== 1 && direction !== -1)
      throw new MongoFailure(2, `$sort key ordering must be 1 or -1 for '${path}'`);
  }
  return {
    filter: docOf(body, "filter"),
    sort,
    skip: countOf(body, "skip", 0),
    limit: countOf(body, "limit", 0),
    variables: docOf(body, "let"),
  };
}

/** How a find is carried out: https://www.mongodb.com/docs/manual/reference/command/explain/ (find only). */
function explain({ server, db, body }: CommandContext): Doc {
  const command = exactDocOf(body, "explain");
  if (!command || typeof command.find !== "string")
    throw new MongoFailure(238, "explain is supported for find only");
  const collection = server.catalog.find(db, command.find);
  const { plan, examined, documents } = select(collection, findSelection(command));
  const stage = plan
    ? {
        stage: "FETCH",
        inputStage: { stage: "IXSCAN", indexName: plan.index.spec.name, fieldsUsed: plan.wanted.length },
      }
    : { stage: "COLLSCAN" };
  return {
    queryPlanner: { namespace: `${db}.${command.find}`, winningPlan: stage },
    executionStats: { executionSuccess: true, nReturned: documents.length, totalDocsExamined: examined },
  };
}

function getMore({ server, db, body }: CommandContext): Doc {
  const id = cursorId(body.getMore);
  const batchSize = countOf(body, "batchSize", 0) || Number.POSITIVE_INFINITY;
  return server.cursors.next(id, `${db}.${stringOf(body, "collection")}`, batchSize);
}

function killCursors({ server, db, body }: CommandContext): Doc {
  const namespace = `${db}.${stringOf(body, "killCursors")}`;
  const ids = Array.isArray(body.cursors) ? body.cursors.map(cursorId) : [];
  const killed = new Set(ids.filter((id) => server.cursors.kill(id, namespace)));
  const long = (id: number) => Long.fromNumber(id);
  return {
    cursorsKilled: [...killed].map(long),
    cursorsNotFound: ids.filter((id) => !killed.has(id)).map(long),
    cursorsAlive: [],
    cursorsUnknown: [],
  };
}

function cursorId(value: unknown): number {
  if (Long.isLong(value)) return value.toNumber();
  throw new MongoFailure(14, "a cursor id must be a 64-bit integer");
}

/** https://www.mongodb.com/docs/manual/reference/command/count/ */
function count({ server, db, body }: CommandContext): Doc {
  refuseOptions(body, []);
  const limit = Math.abs(Number(view(body.limit) ?? 0));
  const { documents } = select(server.catalog.find(db, stringOf(body, "count")), {
    filter: docOf(body, "query"),
    skip: countOf(body, "skip", 0),
    limit: countOf({ limit }, "limit", 0),
  });
  return { n: documents.length };
}

/** https://www.mongodb.com/docs/manual/reference/command/distinct/ */
function distinct({ server, db, body }: CommandContext): Doc {
  refuseOptions(body, []);
  const path = stringOf(body, "key").split(".");
  const { documents } = select(server.catalog.find(db, stringOf(body, "distinct")), {
    filter: docOf(body, "query"),
  });
  const values = new Map<string, unknown>();
  for (const document of documents) {
    for (const value of valuesAt(document.view, path).flat()) values.set(encodeKey(value), value);
  }
  const reply = { values: [...values.values()] };
  encode(reply);
  return reply;
}

export const READS: Commands = {
  find: { run: find, access: "database", on: "readable" },
  getMore: { run: getMore, access: "database" },
  killCursors: { run: killCursors, access: "database" },
  count: { run: count, access: "database", on: "readable" },
  distinct: { run: distinct, access: "database", on: "readable" },
  explain: { run: explain, access: "database", on: "readable" },
};
