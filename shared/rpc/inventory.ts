/** Questions that other services have for inventory. Never used to move a saga forward. */
export interface InventoryRpc {
  /** Whether no place of the event can be locked any more: its map was closed, for good. */
  isClosed(eventId: string): Promise<boolean>;
}

/** One row of an event's hash-chained log, as stored: `hash` covers `prevHash` and everything else in the row. */
export interface LedgerRow {
  firstSeq: number;
  lastSeq: number;
  /** Counts the wakes of the map that wrote it. */
  epoch: number;
  /** Of its last entry; epoch milliseconds. */
  at: number;
  /** A JSON list; what is in it is `durable-objects/seat-map/core/entry.ts`. */
  entries: string;
  prevHash: string;
  hash: string;
}

export interface LedgerPage {
  rows: LedgerRow[];
  /** Where the next page begins; null where this one reaches the end of what is on disk. */
  nextSeq: number | null;
}

/**
 * What an auditor asks of inventory: every change of an event's seats, from the first one on. What the rows say is for
 * the asker to work out: `rebuildMap` in `durable-objects/seat-map/core/rebuild.ts` checks every link and gives the map
 * as it was at any entry.
 */
export interface LedgerRpc {
  /**
   * The plan in which the ledger's positions are read, as text for `rebuildMap`; null before the map is opened. Ask for
   * it before the first page.
   */
  ledgerLayout(eventId: string): Promise<string | null>;
  /** Rows from the one that holds entry `fromSeq` on, at most `limit` and some 8 MB. None for an event without a map. */
  ledgerPage(eventId: string, fromSeq: number, limit: number): Promise<LedgerPage>;
}
