import { workerData } from "node:worker_threads";
import { answerRequests } from "./database-thread.ts";
import type { Change, WriteRequest } from "./messages.ts";
import { openDatabase } from "./schema.ts";

/** The only writer. It lives on its own thread because each commit blocks for an fsync. */
const database = openDatabase((workerData as { path: string }).path);

const insertTopic = database.prepare("INSERT INTO topic (name, partitions, retention_ms) VALUES (?, ?, ?)");
const insertPartition = database.prepare("INSERT INTO partition (id, topic, number) VALUES (?, ?, ?)");
const updateRetention = database.prepare("UPDATE topic SET retention_ms = ? WHERE name = ?");
const insertRecord = database.prepare(
  'INSERT INTO record (partition_id, "offset", timestamp, key, value, headers) VALUES (?, ?, ?, ?, ?, ?)',
);
const upsertCommitted = database.prepare(
  'INSERT INTO committed (group_name, partition_id, "offset") VALUES (?, ?, ?) ' +
    'ON CONFLICT (group_name, partition_id) DO UPDATE SET "offset" = excluded."offset"',
);
const updateLogStart = database.prepare("UPDATE partition SET log_start = ? WHERE id = ?");
const deleteRecords = database.prepare('DELETE FROM record WHERE partition_id = ? AND "offset" < ?');

function apply(change: Change): void {
  switch (change.kind) {
    case "topic":
      insertTopic.run(change.name, change.partitionIds.length, change.retentionMs);
      for (const [number, id] of change.partitionIds.entries()) insertPartition.run(id, change.name, number);
      return;
    case "retention":
      updateRetention.run(change.retentionMs, change.name);
      return;
    case "records":
      for (const row of change.rows) {
        const headers = JSON.stringify(row.headers);
        insertRecord.run(row.partitionId, row.offset, row.timestamp, row.key, row.value, headers);
      }
      return;
    case "commit":
      upsertCommitted.run(change.group, change.partitionId, change.offset);
      return;
    case "trim":
      updateLogStart.run(change.logStart, change.partitionId);
      deleteRecords.run(change.partitionId, change.logStart);
      return;
  }
}

// No rollback: after a failed transaction the store stops, and closing the database drops what was begun.
answerRequests<WriteRequest, null>(database, ({ changes }) => {
  database.exec("BEGIN IMMEDIATE");
  for (const change of changes) apply(change);
  database.exec("COMMIT");
  return null;
});
