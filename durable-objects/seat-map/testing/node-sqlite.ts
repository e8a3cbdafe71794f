import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteHandle, SqlValue } from "../../sqlite/handle.ts";

/** Node's SQLite in the shape of a Durable Object's storage, so that one storage runs on both. */
export function nodeSqlite(database = new DatabaseSync(":memory:")): SqliteHandle {
  // Kept, as the runtime keeps them.
  const statements = new Map<string, StatementSync>();
  return {
    sql: {
      exec(query, ...bindings) {
        const statement = statements.get(query) ?? database.prepare(query);
        statements.set(query, statement);
        const rows = statement.all(...(bindings as SQLInputValue[]));
        return { toArray: () => rows as Record<string, SqlValue>[] };
      },
    },
    transactionSync(work) {
      database.exec("BEGIN");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}
