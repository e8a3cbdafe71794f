import type { OffsetSpec, RecordHeader } from "../log-store.ts";

/** What passes between the store and its two database threads. Partitions are named by their row id. */

export type RecordRow = {
  partitionId: number;
  offset: number;
  timestamp: number;
  key: string | null;
  value: string;
  headers: RecordHeader[];
};

export type Change =
  | { kind: "topic"; name: string; retentionMs: number; partitionIds: number[] }
  | { kind: "retention"; name: string; retentionMs: number }
  | { kind: "records"; rows: RecordRow[] }
  | { kind: "commit"; group: string; partitionId: number; offset: number }
  | { kind: "trim"; partitionId: number; logStart: number };

/** Everything in it commits in one transaction. */
export type WriteRequest = { changes: Change[] };

export type ReaderRequest =
  | { kind: "state" }
  | {
      kind: "records";
      /** `from` inclusive, `to` exclusive. */
      ranges: { partitionId: number; from: number; to: number }[];
      maxRecords: number;
      maxBytes: number;
    }
  | {
      kind: "offset-by-time";
      ranges: { partitionId: number; from: number; to: number }[];
      timestamp: Exclude<OffsetSpec, string>;
    }
  | {
      /** The first offset of each range that is not older than `before`; looks at `maxRecords` in all. */
      kind: "expired";
      ranges: { partitionId: number; from: number; to: number; before: number }[];
      maxRecords: number;
    };

export type StoreState = {
  topics: { name: string; partitions: number; retentionMs: number }[];
  partitions: { id: number; topic: string; number: number; logStart: number; end: number }[];
  committed: { group: string; partitionId: number; offset: number }[];
};
