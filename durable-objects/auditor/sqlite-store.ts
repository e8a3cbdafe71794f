import type { SqliteHandle } from "../sqlite/handle.ts";
import { migrate, type Schema } from "../sqlite/migrate.ts";
import type { Finding } from "./page.ts";
import { MAX_KEPT } from "./policy.ts";
import type { AuditStore, StoredRun } from "./ports.ts";

export const AUDITOR_SCHEMA: Schema = {
  of: "the auditor",
  // One statement each.
  steps: [
    `CREATE TABLE run (
     id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, is_running INTEGER NOT NULL, value TEXT NOT NULL)`,
    // The place of those under way is taken once: two audits never run.
    "CREATE UNIQUE INDEX only_one_runs ON run (is_running) WHERE is_running = 1",
    `CREATE TABLE finding (
     run_id TEXT NOT NULL, position INTEGER NOT NULL, can_mend INTEGER NOT NULL, is_mended INTEGER,
     value TEXT NOT NULL, PRIMARY KEY (run_id, position)
   ) WITHOUT ROWID`,
  ],
};

type FindingRow = { position: number; is_mended: number | null; value: string };

/** A store in the Durable Object's own SQLite; whatever is of no fixed form is JSON. */
export function sqliteAuditStore(storage: SqliteHandle): AuditStore {
  const { sql } = storage;
  migrate(storage, AUDITOR_SCHEMA);
  const runsBy = (rest: string, ...values: (string | number)[]) =>
    sql
      .exec(`SELECT value FROM run ${rest}`, ...values)
      .toArray()
      .map(({ value }) => JSON.parse(String(value)) as StoredRun);
  const findingsBy = (rest: string, ...values: (string | number)[]) =>
    (sql.exec(`SELECT position, is_mended, value FROM finding ${rest}`, ...values).toArray() as FindingRow[])
      // As read: a missing mark is no mark.
      .map(({ position, is_mended, value }) => ({
        ...(JSON.parse(value) as Finding),
        ...{ position, mended: is_mended === null ? null : is_mended === 1 },
      }));
  const put = (run: StoredRun) =>
    sql.exec(
      `INSERT INTO run (id, started_at, is_running, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET is_running = excluded.is_running, value = excluded.value`,
      ...[run.id, run.startedAt, run.state === "RUNNING" ? 1 : 0, JSON.stringify(run)],
    );
  const kept = (runId: string) =>
    Number(sql.exec("SELECT count(*) AS n FROM finding WHERE run_id = ?", runId).toArray()[0]!.n);

  return {
    kept,
    running: () => runsBy("WHERE is_running = 1")[0] ?? null,
    runs: () => runsBy("ORDER BY started_at DESC, id DESC"),
    run: (id) => runsBy("WHERE id = ?", id)[0] ?? null,
    begin(run, remembered) {
      storage.transactionSync(() => {
        put(run);
        const newest = "SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT ?";
        sql.exec(`DELETE FROM run WHERE id NOT IN (${newest})`, remembered);
        sql.exec("DELETE FROM finding WHERE run_id NOT IN (SELECT id FROM run)");
      });
    },
    advance(run, found) {
      storage.transactionSync(() => {
        put(run);
        const first = kept(run.id);
        found.slice(0, Math.max(0, MAX_KEPT - first)).forEach((finding, n) => {
          sql.exec(
            "INSERT INTO finding (run_id, position, can_mend, value) VALUES (?, ?, ?, ?)",
            ...[run.id, first + n, finding.mend === null ? 0 : 1, JSON.stringify(finding)],
          );
        });
      });
    },
    findings: (runId, from, limit) =>
      findingsBy("WHERE run_id = ? AND position >= ? ORDER BY position LIMIT ?", runId, from, limit).map(
        ({ position: _, ...finding }) => finding,
      ),
    toMend: (runId, limit) =>
      findingsBy(
        "WHERE run_id = ? AND can_mend = 1 AND is_mended IS NULL ORDER BY position LIMIT ?",
        ...[runId, limit],
      ),
    mended(run, position, isMended) {
      storage.transactionSync(() => {
        put(run);
        sql.exec(
          "UPDATE finding SET is_mended = ? WHERE run_id = ? AND position = ?",
          ...[isMended ? 1 : 0, run.id, position],
        );
      });
    },
  };
}
