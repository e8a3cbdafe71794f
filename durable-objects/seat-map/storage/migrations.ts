import type { Schema } from "../../sqlite/migrate.ts";

export const SEAT_MAP_SCHEMA: Schema = {
  of: "SeatMap",
  // One statement each.
  steps: [
    // The truth: one row a flush, chained by hash. Never updated; deleted once the archive has it.
    `CREATE TABLE log (
     first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
     entries TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
    // Plan and snapshot, cut into pieces that stay below the platform's 2 MB a row.
    `CREATE TABLE document_piece (
     name TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, position)
   ) WITHOUT ROWID`,
    `CREATE TABLE snapshot_head (
     only_one INTEGER PRIMARY KEY CHECK (only_one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL,
     digest TEXT NOT NULL)`,
    `CREATE TABLE progress (
     only_one INTEGER PRIMARY KEY CHECK (only_one = 1), epoch INTEGER NOT NULL, published_seq INTEGER NOT NULL)`,
    "INSERT INTO progress (only_one, epoch, published_seq) VALUES (1, 0, 0)",
    // An object of before has archived nothing: its log is archived from the start.
    "ALTER TABLE progress ADD COLUMN archived_seq INTEGER NOT NULL DEFAULT 0",
  ],
};
