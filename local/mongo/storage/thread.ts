import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { unpackBatch } from "./batch.ts";
import type { FromStorage, Operation, Snapshot, ToStorage } from "./operations.ts";

/** The storage thread: it alone has the database, and one batch is one transaction with one fsync. */
const port = parentPort;
if (!port) throw new Error("the storage thread must be started as a worker");

const SCHEMA = `
  create table if not exists collections (id integer primary key, bson blob not null) strict;
  create table if not exists documents (
    record integer primary key, collection integer not null, bson blob not null) strict;
  create index if not exists documents_of on documents (collection);
  create table if not exists sessions (session text primary key, bson blob not null) strict, without rowid;
`;

/** Pages of the log, 16 MB, before they are copied into the database: a page that many commits wrote is copied once. */
const CHECKPOINT_PAGES = 4_000;

/** Opens the database and keeps it locked, so that no second server can serve the same data. */
function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;");
  db.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};`);
  db.exec(`begin immediate; ${SCHEMA} commit;`);
  return db;
}

function load(db: DatabaseSync): Snapshot {
  return {
    collections: db.prepare("select id as collection, bson from collections order by id").all(),
    documents: db.prepare("select record, collection, bson from documents order by record").all(),
    sessions: db.prepare("select session, bson from sessions").all(),
  } as unknown as Snapshot;
}

function prepare(db: DatabaseSync) {
  return {
    put: db.prepare("insert or replace into documents (record, collection, bson) values (?, ?, ?)"),
    remove: db.prepare("delete from documents where record = ?"),
    collection: db.prepare("insert or replace into collections (id, bson) values (?, ?)"),
    dropCollection: db.prepare("delete from collections where id = ?"),
    dropDocuments: db.prepare("delete from documents where collection = ?"),
    session: db.prepare("insert or replace into sessions (session, bson) values (?, ?)"),
    forget: db.prepare("delete from sessions where session = ?"),
  };
}

function apply(statements: ReturnType<typeof prepare>, operation: Operation): void {
  switch (operation.kind) {
    case "put":
      statements.put.run(operation.record, operation.collection, operation.bson);
      break;
    case "remove":
      statements.remove.run(operation.record);
      break;
    case "collection":
      statements.collection.run(operation.collection, operation.bson);
      break;
    case "drop":
      statements.dropDocuments.run(operation.collection);
      statements.dropCollection.run(operation.collection);
      break;
    case "session":
      statements.session.run(operation.session, operation.bson);
      break;
    case "forget":
      statements.forget.run(operation.session);
      break;
  }
}

const tell = (message: FromStorage) => port.postMessage(message);

try {
  const db = open((workerData as { path: string }).path);
  const statements = prepare(db);
  tell({ kind: "opened", snapshot: load(db) });
  port.on("message", (message: ToStorage) => {
    if (message.kind === "close") {
      db.close();
      port.close();
      return;
    }
    try {
      db.exec("begin immediate");
      for (const operation of unpackBatch(message.batch)) apply(statements, operation);
      db.exec("commit");
      tell({ kind: "committed" });
    } catch (error) {
      tell({ kind: "failed", message: String(error) });
    }
  });
} catch (error) {
  tell({ kind: "failed", message: String(error) });
}
