import { ObjectId } from "bson";
import { MongoFailure } from "../errors.ts";
import { select } from "../matching/select.ts";
import { RawDocument } from "../wire/reply.ts";
import { type Doc, view, viewOf } from "../wire/values.ts";
import { docOf, exactDocOf, flagOf, refuseOptions, stringOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";
import { projectDocuments } from "./projection.ts";
import { insertDocument, runBatch, runUpdate, statementsOf, updateStatement } from "./writes.ts";

/** https://www.mongodb.com/docs/manual/reference/command/insert/ */
function insert({ server, db, body }: CommandContext): Doc {
  const name = stringOf(body, "insert");
  const documents = statementsOf(body, "documents");
  const collection = server.catalog.ensure(db, name);
  const unvalidated = flagOf(body, "bypassDocumentValidation");
  let n = 0;
  const errors = runBatch(body, documents, (document) => {
    const { _id = new ObjectId(), ...fields } = document;
    insertDocument(collection, { _id, ...fields }, unvalidated);
    n++;
  });
  return { n, ...errors };
}

/** https://www.mongodb.com/docs/manual/reference/command/update/ */
function update(context: CommandContext): Doc {
  const { body } = context;
  const name = stringOf(body, "update");
  const upserted: Doc[] = [];
  let n = 0;
  let nModified = 0;
  const errors = runBatch(body, statementsOf(body, "updates"), (statement, index) => {
    const shared = { let: body.let, bypassDocumentValidation: body.bypassDocumentValidation };
    const outcome = runUpdate(context, name, updateStatement({ ...shared, ...statement }, "q", "u"));
    n += outcome.matched;
    nModified += outcome.modified;
    if (outcome.upsertedId !== undefined) {
      upserted.push({ index, _id: outcome.upsertedId });
      n++;
    }
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors };
}

/** https://www.mongodb.com/docs/manual/reference/command/delete/ */
function remove({ server, db, body }: CommandContext): Doc {
  const collection = server.catalog.find(db, stringOf(body, "delete"));
  let n = 0;
  const errors = runBatch(body, statementsOf(body, "deletes"), (statement) => {
    refuseOptions(statement, []);
    const limit = view(statement.limit);
    if (limit !== 0 && limit !== 1) {
      throw new MongoFailure(9, `The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
    }
    const { documents } = select(collection, {
      filter: docOf(statement, "q"),
      limit,
      variables: docOf(body, "let"),
    });
    for (const document of documents) collection?.remove(document);
    n += documents.length;
  });
  return { n, ...errors };
}

/** https://www.mongodb.com/docs/manual/reference/command/findAndModify/ */
function findAndModify(context: CommandContext): Doc {
  const { server, db, body } = context;
  const name = stringOf(body, body.findAndModify === undefined ? "findandmodify" : "findAndModify");
  if (flagOf(body, "remove")) {
    if (body.update !== undefined || flagOf(body, "new")) {
      throw new MongoFailure(9, "Cannot specify both an update or 'new' and remove=true");
    }
    refuseOptions(body, []);
    const collection = server.catalog.find(db, name);
    const selection = {
      filter: docOf(body, "query"),
      sort: docOf(body, "sort"),
      limit: 1,
      variables: docOf(body, "let"),
    };
    const [document] = select(collection, selection).documents;
    if (document) collection?.remove(document);
    return { lastErrorObject: { n: document ? 1 : 0 }, value: projected(context, document?.bytes) };
  }
  if (body.update === undefined)
    throw new MongoFailure(9, "Either an update or remove=true must be specified");
  const outcome = runUpdate(context, name, updateStatement({ ...body, multi: false }, "query", "update"));
  const inserted = outcome.upsertedId !== undefined;
  return {
    lastErrorObject: {
      n: outcome.matched + Number(inserted),
      updatedExisting: outcome.matched > 0,
      ...(inserted ? { upserted: outcome.upsertedId } : {}),
    },
    value: projected(context, flagOf(body, "new") ? outcome.after : outcome.before),
  };
}

function projected({ body }: CommandContext, bytes: Uint8Array | undefined): RawDocument | null {
  if (!bytes) return null;
  const fields = exactDocOf(body, "fields");
  const [result] = projectDocuments([bytes], fields ? viewOf(fields) : {}, docOf(body, "query"));
  return new RawDocument(result ?? bytes);
}

export const WRITES: Commands = {
  insert: { run: insert, access: "database", on: "primary", retryable: true },
  update: { run: update, access: "database", on: "primary", retryable: true },
  delete: { run: remove, access: "database", on: "primary", retryable: true },
  findAndModify: { run: findAndModify, access: "database", on: "primary", retryable: true },
  findandmodify: { run: findAndModify, access: "database", on: "primary", retryable: true },
};
