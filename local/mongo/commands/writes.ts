import { asFailure, codeName, MongoFailure } from "../errors.ts";
import { MAX_WRITE_BATCH } from "../limits.ts";
import { select } from "../matching/select.ts";
import type { Collection } from "../storage/collection.ts";
import { applyUpdate, assertUpdate, isReplacement, type Update } from "../update/apply.ts";
import { upsertedDocument } from "../update/upsert.ts";
import { type Doc, decodeOwn, view, viewOf } from "../wire/values.ts";
import { docListOf, docOf, exactDocOf, flagOf, refuseOptions } from "./arguments.ts";
import type { CommandContext } from "./context.ts";

/** The statements of a batch, from the body or a document sequence. Throws InvalidLength. */
export function statementsOf(body: Doc, name: string): Doc[] {
  const statements = docListOf(body, name);
  if (statements.length >= 1 && statements.length <= MAX_WRITE_BATCH) return statements;
  throw new MongoFailure(
    16,
    `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${statements.length} operations.`,
  );
}

/**
 * Runs each statement; a failing one is reported under its index and, when `ordered`, ends the batch.
 * Faults of this server are not caught.
 */
export function runBatch(body: Doc, statements: Doc[], run: (statement: Doc, index: number) => void): Doc {
  const ordered = body.ordered === undefined || flagOf(body, "ordered");
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      const failure = asFailure(error);
      if (!failure) throw error;
      const { code, message, extra } = failure;
      writeErrors.push({ index, code, codeName: codeName(code), errmsg: message, ...extra });
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

/** An update statement: q and u of `update`, or query and update of `findAndModify`. */
export type UpdateStatement = {
  exactFilter: Doc;
  update: Update;
  sort: Doc;
  multi: boolean;
  upsert: boolean;
  /** @see insertDocument */
  unvalidated: boolean;
};

/** Reads an update statement. Throws FailedToParse and the like for one that can never be applied. */
export function updateStatement(statement: Doc, filterField: string, changeField: string): UpdateStatement {
  refuseOptions(statement, []);
  const exactFilter = exactDocOf(statement, filterField) ?? {};
  const update: Update = {
    change: statement[changeField],
    filter: viewOf(exactFilter),
    arrayFilters: docListOf(statement, "arrayFilters").map(viewOf),
    variables: { ...docOf(statement, "c"), ...docOf(statement, "let") },
  };
  const multi = flagOf(statement, "multi");
  if (multi && isReplacement(update.change)) {
    throw new MongoFailure(9, "multi update is not supported for replacement-style update");
  }
  assertUpdate(update);
  const upsert = flagOf(statement, "upsert");
  const unvalidated = flagOf(statement, "bypassDocumentValidation");
  return { exactFilter, update, sort: docOf(statement, "sort"), multi, upsert, unvalidated };
}

/** What an update statement did. `before` and `after` are encoded documents, of the last one touched. */
export type UpdateOutcome = {
  matched: number;
  modified: number;
  upsertedId?: unknown;
  before?: Uint8Array;
  after?: Uint8Array;
};

/** Carries out one update statement, document by document. A failing document ends it; earlier ones stay changed. */
export function runUpdate(
  context: CommandContext,
  collectionName: string,
  statement: UpdateStatement,
): UpdateOutcome {
  const { server, db } = context;
  const { update, sort, multi, upsert, exactFilter, unvalidated } = statement;
  const found = server.catalog.find(db, collectionName);
  const { documents } = select(found, {
    filter: update.filter,
    sort,
    limit: multi ? 0 : 1,
    variables: update.variables,
  });
  const now = server.clock();
  if (documents.length === 0 && upsert) {
    const collection = server.catalog.ensure(db, collectionName);
    const document = upsertedDocument(exactFilter, update, now);
    const { bytes } = insertDocument(collection, document, unvalidated);
    return { matched: 0, modified: 0, upsertedId: document._id, after: bytes };
  }
  const outcome: UpdateOutcome = { matched: documents.length, modified: 0 };
  for (const document of documents) {
    outcome.before = document.bytes;
    const changed = applyUpdate(decodeOwn(document.bytes), update, { now, inserting: false });
    if (found?.replace(document, changed, { unvalidated })) outcome.modified++;
    outcome.after = document.bytes;
  }
  return outcome;
}

/**
 * Stores a new document. Throws BadValue for an `_id` MongoDB does not take, and what the collection throws.
 * @param unvalidated https://www.mongodb.com/docs/manual/core/schema-validation/bypass-document-validation/
 */
export function insertDocument(collection: Collection, document: Doc, unvalidated: boolean) {
  const id = view(document._id);
  if (Array.isArray(id)) throw new MongoFailure(53, "The '_id' value cannot be of type array");
  if (id instanceof RegExp) throw new MongoFailure(53, "The '_id' value cannot be of type regex");
  return collection.insert(document, { unvalidated });
}
