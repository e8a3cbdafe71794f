import { DatabaseSync } from "node:sqlite";

/** Long enough for the other thread's checkpoint, short enough that a foreign lock fails the commit soon. */
const BUSY_TIMEOUT_MS = 1_000;
/** The write-ahead log is cut back to this after a checkpoint. */
const JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

// An ordinary rowid table with a separate key index: values of up to 1 MB do not belong inside an index.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topic (
    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, retention_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS partition (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL,
    log_start INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, number)) STRICT;
  CREATE TABLE IF NOT EXISTS record (
    partition_id INTEGER NOT NULL, "offset" INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    key TEXT, value TEXT NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (partition_id, "offset")) STRICT;
  CREATE TABLE IF NOT EXISTS committed (
    group_name TEXT NOT NULL, partition_id INTEGER NOT NULL, "offset" INTEGER NOT NULL,
    PRIMARY KEY (group_name, partition_id)) STRICT;
`;

/** Creates the file and its tables where they do not exist, and recovers what a crash left. */
export function createDatabase(path: string): void {
  const database = openDatabase(path);
  database.exec(SCHEMA);
  database.close();
}

/**
 * Opens the log's database. Write-ahead log with synchronous=FULL: a commit returns after its fsync, so
 * what was acknowledged survives a crash of the process and of the machine.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec(`PRAGMA journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES}`);
  return database;
}
