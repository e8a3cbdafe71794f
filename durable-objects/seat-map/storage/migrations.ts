import { createHash } from "node:crypto";
import type { SqliteHandle } from "./sqlite-handle.ts";

/** Append only: an object that last woke years ago walks the same steps. One statement each. */
const MIGRATIONS: readonly string[] = [
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
];

/**
 * Brings an object's tables up to `migrations`, in one transaction.
 * Throws where a step that was applied has changed since, or where the tables are newer than this code.
 */
export function migrate({ sql, transactionSync }: SqliteHandle, migrations = MIGRATIONS): void {
  sql.exec("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, hash TEXT NOT NULL)");
  const applied = sql.exec("SELECT hash FROM migration ORDER BY version").toArray();
  if (applied.length > migrations.length) {
    throw new Error(`the tables are at version ${applied.length}, this code only knows ${migrations.length}`);
  }
  const hashes = migrations.map((step) => createHash("sha256").update(step).digest("hex"));
  applied.forEach(({ hash }, position) => {
    if (hash !== hashes[position])
      throw new Error(`migration ${position + 1} was changed after it was applied`);
  });
  if (applied.length === migrations.length) return;
  transactionSync(() => {
    for (let position = applied.length; position < migrations.length; position++) {
      sql.exec(migrations[position]!);
      sql.exec("INSERT INTO migration (version, hash) VALUES (?, ?)", position + 1, hashes[position]!);
    }
  });
}
