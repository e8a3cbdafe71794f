import { createHash } from "node:crypto";
import type { SqliteHandle } from "./handle.ts";

/** The schema of one kind of object, as the steps that lead to it. */
export interface Schema {
  /** Whose tables they are, for an error. */
  of: string;
  /** Where the applied steps are recorded; one object may have several schemas, each with a table of its own. */
  table?: string;
  /**
   * Append only: an object that last woke years ago walks the same steps. One that was released never changes any more,
   * not by a space: `released.test.ts` has its checksum, and every object that has applied it.
   */
  steps: readonly string[];
}

/** SHA-256 of each step's text, hexadecimal, as it is recorded. */
export const checksumsOf = (steps: readonly string[]): string[] =>
  steps.map((step) => createHash("sha256").update(step).digest("hex"));

/**
 * Brings an object's tables up to its schema: all that is absent in one transaction, or nothing.
 * @throws Error where a step that was applied has changed since, or where the tables are newer than this code: the
 *   object then does not start, and nothing in it is touched
 */
export function migrate(storage: SqliteHandle, { of, table = "migration", steps }: Schema): void {
  const checksums = checksumsOf(steps);
  const applied = recorded(storage, table);
  if (applied.length > steps.length) {
    throw new Error(
      `${of}: the tables are at version ${applied.length}, this code only knows ${steps.length}: it is older than they are`,
    );
  }
  applied.forEach((hash, position) => {
    // A record of before there were checksums has none.
    if (hash !== null && hash !== checksums[position])
      throw new Error(`${of}: migration ${position + 1} was changed after it was applied`);
  });
  if (applied.length === steps.length && !applied.includes(null)) return;
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec(`CREATE TABLE IF NOT EXISTS ${table} (version INTEGER PRIMARY KEY, hash TEXT NOT NULL)`);
    adopt(storage, table, applied, checksums);
    for (let position = applied.length; position < steps.length; position++) {
      sql.exec(steps[position]!);
      sql.exec(`INSERT INTO ${table} (version, hash) VALUES (?, ?)`, position + 1, checksums[position]!);
    }
  });
}

/** The checksums of the steps that were applied, in order; null where it was not kept. */
function recorded({ sql }: SqliteHandle, table: string): (string | null)[] {
  const columns = sql.exec("SELECT name FROM pragma_table_info(?)", table).toArray();
  if (columns.length === 0) return [];
  const hash = columns.some(({ name }) => name === "hash") ? "hash" : "NULL AS hash";
  const rows = sql.exec(`SELECT version, ${hash} FROM ${table} ORDER BY version`).toArray();
  return rows.map((row) => (row.hash === null ? null : String(row.hash)));
}

/** Gives records of before there were checksums those of the steps as they were released. */
function adopt({ sql }: SqliteHandle, table: string, applied: (string | null)[], checksums: string[]): void {
  if (!applied.includes(null)) return;
  sql.exec(`ALTER TABLE ${table} ADD COLUMN hash TEXT NOT NULL DEFAULT ''`);
  for (const [position] of applied.entries()) {
    sql.exec(`UPDATE ${table} SET hash = ? WHERE version = ?`, checksums[position]!, position + 1);
  }
}
