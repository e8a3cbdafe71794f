/** A decision of a SeatMap. Times are epoch ms of the map's own clock. */
export interface DecisionFacts {
  ownerId: string;
  kind: "hold" | "booking";
  status: "LOCKED" | "REFUSED" | "RESERVED" | "RELEASED" | "EXPIRED";
  seatIds: string[];
  lockExpiresAt: number | null;
  position: number;
  /** How many of its places are in its hands. */
  held: number;
}

/** Where an event's SeatMap stands. */
export interface MapFacts {
  eventId: string;
  epoch: number;
  /** The last link of its log. */
  seq: number;
  hash: string;
  decisions: number;
  closed: boolean;
  now: number;
}

/** What buyers see of an event, at an entry of its log. */
export interface SeatsFacts {
  seq: number;
  seatIds: string[];
  /** In the order of `seatIds`: two bits a seat, lowest first; 0 AVAILABLE, 1 LOCKED, 2 RESERVED, 3 BLOCKED. */
  packed: Uint8Array;
  generalAdmission: { name: string; available: number }[];
}

/** The most decisions that are given at once. */
export const MAX_DECISIONS = 200;

/** What an auditor asks of inventory. Every answer is bounded. */
export interface InventoryAudit {
  /** Events that have a SeatMap, after an id, in the order of their ids. */
  events(asked: { afterId: string; limit: number }): Promise<string[]>;
  /** Null where the event has no SeatMap, or one that was never opened. */
  map(eventId: string): Promise<MapFacts | null>;
  /** Decisions from a position on, in their order. */
  decisions(asked: { eventId: string; from: number; limit: number }): Promise<DecisionFacts[]>;
  /** Null where the event has no SeatMap. Some MB at the most. */
  seats(eventId: string): Promise<SeatsFacts | null>;
  decisionsOf(eventId: string, bookingIds: string[]): Promise<DecisionFacts[]>;
  /** Lets a SeatMap do what is due: locks that have run out, answers that were not handed on. */
  poke(eventId: string): Promise<void>;
}
