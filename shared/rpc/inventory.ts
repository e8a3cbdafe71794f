/** Questions that other services have for inventory. Never used to move a saga forward. */
export interface InventoryRpc {
  /** Whether no place of the event can be locked any more: its map was closed, for good. */
  isClosed(eventId: string): Promise<boolean>;
  /** What a user's hold holds, for a booking with it. */
  hold(asked: { eventId: string; holdId: string; userId: string }): Promise<HeldAnswer>;
}

/** NOT_FOUND: there is none, or it is another's. OVER: it ran out, was given back or was booked. */
export type HeldAnswer =
  | { outcome: "NOT_FOUND" | "OVER" }
  | { outcome: "HELD"; seatIds: string[]; generalAdmission: { name: string; quantity: number }[] };

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

/** Where the archive of a ledger ends, and the entry up to which its places are right: as far, or behind. */
export interface LedgerHead {
  seq: number;
  hash: string;
  projectedSeq: number;
}

/** A place that something has happened to; all others are as the plan has them. */
export interface ProjectedPlace {
  placeId: string;
  status: "AVAILABLE" | "LOCKED" | "RESERVED" | "BLOCKED";
  owner: { kind: "hold" | "booking"; id: string; userId: string } | null;
  /** Of the last entry that changed it. */
  seq: number;
}

export interface PlacesPage {
  /** The entry after which the places of this page are so. A later page may be of a later one. */
  projectedSeq: number;
  places: ProjectedPlace[];
  /** Where the next page begins; null where this one is the last. */
  nextPlaceId: string | null;
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
  /** Rows from the one that holds entry `fromSeq` on, at most `limit`, and some 8 MB. None for an event without a map. */
  ledgerPage(eventId: string, fromSeq: number, limit: number): Promise<LedgerPage>;
}

/**
 * What follows from the ledger in inventory's database: who has which place. An auditor holds it against the map that
 * the ledger gives at `projectedSeq`.
 */
export interface ProjectionRpc {
  /** Of the archive alone; entry 0 where it has nothing of the event. The SeatMap's own is `InventoryAudit.map`. */
  ledgerHead(eventId: string): Promise<LedgerHead>;
  /** The projection: places after an id, in the order of their ids; "" for the first page. */
  placesPage(eventId: string, afterPlaceId: string, limit: number): Promise<PlacesPage>;
  /** Makes the projection anew from the archived rows; safe to repeat. */
  rebuildPlaces(eventId: string): Promise<void>;
}
