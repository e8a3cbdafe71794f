import { workerData } from "node:worker_threads";
import { recordBytes } from "../log-store.ts";
import { answerRequests } from "./database-thread.ts";
import type { ReaderRequest, RecordRow, StoreState } from "./messages.ts";
import { openDatabase } from "./schema.ts";

/** Reads of what the tail cache no longer holds, beside the writer so that neither waits for the other. */
const database = openDatabase((workerData as { path: string }).path);
database.exec("PRAGMA query_only = ON");

type Row = { offset: number; timestamp: number; key: string | null; value: string; headers: string };
type Range = { partitionId: number; from: number; to: number };

const selectRecords = database.prepare(
  'SELECT "offset", timestamp, key, value, headers FROM record ' +
    'WHERE partition_id = ? AND "offset" >= ? AND "offset" < ? ORDER BY "offset" LIMIT ?',
);
const selectFirstSince = database.prepare(
  'SELECT "offset" FROM record WHERE partition_id = ? AND "offset" >= ? AND "offset" < ? AND timestamp >= ? ' +
    'ORDER BY "offset" LIMIT 1',
);
const selectTimestamps = database.prepare(
  'SELECT "offset", timestamp FROM record ' +
    'WHERE partition_id = ? AND "offset" >= ? AND "offset" < ? ORDER BY "offset" LIMIT ?',
);

function state(): StoreState {
  const topics = database.prepare("SELECT name, partitions, retention_ms AS retentionMs FROM topic").all();
  // An emptied partition goes on counting from its log start.
  const partitions = database
    .prepare(
      'SELECT id, topic, number, log_start AS logStart, coalesce((SELECT max("offset") + 1 FROM record ' +
        'WHERE partition_id = partition.id), log_start) AS "end" FROM partition ORDER BY topic, number',
    )
    .all();
  const committed = database
    .prepare('SELECT group_name AS "group", partition_id AS partitionId, "offset" FROM committed')
    .all();
  return {
    topics: topics as StoreState["topics"],
    partitions: partitions as StoreState["partitions"],
    committed: committed as StoreState["committed"],
  };
}

function records(ranges: Range[], maxRecords: number, maxBytes: number): RecordRow[] {
  const found: RecordRow[] = [];
  let bytes = 0;
  for (const { partitionId, from, to } of ranges) {
    for (const row of selectRecords.iterate(partitionId, from, to, maxRecords - found.length)) {
      const { offset, timestamp, key, value, headers } = row as Row;
      const record = { partitionId, offset, timestamp, key, value, headers: JSON.parse(headers) };
      bytes += recordBytes(record);
      if (found.length > 0 && bytes > maxBytes) return found;
      found.push(record);
    }
    if (found.length >= maxRecords) return found;
  }
  return found;
}

function offsetsByTime(ranges: Range[], timestamp: number): number[] {
  return ranges.map(({ partitionId, from, to }) => {
    const row = selectFirstSince.get(partitionId, from, to, timestamp);
    return row ? (row as Row).offset : to;
  });
}

function firstUnexpired(ranges: (Range & { before: number })[], maxRecords: number): number[] {
  let left = maxRecords;
  return ranges.map(({ partitionId, from, to, before }) => {
    let start = from;
    for (const row of selectTimestamps.iterate(partitionId, from, to, left)) {
      const { offset, timestamp } = row as Row;
      if (timestamp >= before) break;
      start = offset + 1;
      left -= 1;
    }
    return start;
  });
}

answerRequests<ReaderRequest, StoreState | RecordRow[] | number[]>(database, (request) => {
  switch (request.kind) {
    case "state":
      return state();
    case "records":
      return records(request.ranges, request.maxRecords, request.maxBytes);
    case "offset-by-time":
      return offsetsByTime(request.ranges, request.timestamp);
    case "expired":
      return firstUnexpired(request.ranges, request.maxRecords);
  }
});
