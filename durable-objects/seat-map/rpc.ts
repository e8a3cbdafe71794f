/**
 * What other Workers say to a SeatMap, and what it answers. Types only: importing this file pulls in no code.
 * Times are epoch milliseconds of the SeatMap's own clock, which never runs back.
 */

import type { LedgerRow } from "#shared/rpc/inventory.ts";

export type OwnerKind = "hold" | "booking";

/** Who asks for places. One decision is stored for each owner id, whatever its kind. */
export interface Owner {
  kind: OwnerKind;
  id: string;
  userId: string;
}

/** An owner as a later step knows it; `userId`, when given, must be the one that locked. */
export interface OwnerRef {
  kind: OwnerKind;
  id: string;
  userId?: string;
}

/** `quantity` places of the general-admission area `name`; which ones is for the SeatMap to say. */
export interface GeneralAdmissionRequest {
  name: string;
  quantity: number;
}

/** All places or none; 1 to 10 in total. */
export interface LockCommand {
  type: "lock";
  owner: Owner;
  seatIds: string[];
  generalAdmission: GeneralAdmissionRequest[];
  /**
   * For a booking: a hold of the same user, whose places count as free for it. Where the lock is granted the hold is
   * released, all of it. A hold that is over, or another's, changes nothing.
   */
  holdId?: string;
  /** Seats for the map to choose, in place of named ones and of areas. */
  bestAvailable?: BestAvailable;
}

/** Which free seats are wanted. */
export interface BestAvailable {
  /** 1 to 10. */
  quantity: number;
  /** Numbers of categories, as the geometry has them. */
  categories: number[];
  /** So many of them places for wheelchairs, no more and no fewer; with 0, no seat beside such a place either. */
  accessible: number;
  /** Side by side in one row, or not at all; else in two rows, one behind the other, where they are not. */
  together: boolean;
}

/**
 * How the seats of a plan lie: columns in the order of its list. A map keeps it in memory alone, and asks for it when it
 * lacks it: it follows from the plan, and no decision rests on it once it is made.
 */
export interface SeatGeometry {
  planVersion: number;
  /** 1 where the seat before is not beside it: a row begins, or goes on behind a gap. */
  begins: Uint8Array;
  /** Rows one behind the other have numbers that follow one another; others do not. */
  row: Uint32Array;
  category: Uint8Array;
  /** 1 a place for a wheelchair, 2 a seat beside one, else 0. */
  access: Uint8Array;
  /** To the focal point of its category, in any one unit. */
  distance: Uint32Array;
}

/** Gives a hold its time anew, once. */
export interface ExtendCommand {
  type: "extend";
  owner: OwnerRef;
}

/** Turns the owner's lock into a reservation. Named places are only checked: the lock moves as a whole. */
export interface ConfirmCommand {
  type: "confirm";
  owner: OwnerRef;
  seatIds?: string[];
}

/** Frees all the owner holds, locked or reserved. Named places are only checked. */
export interface ReleaseCommand {
  type: "release";
  owner: OwnerRef;
  seatIds?: string[];
  /** Kept in the ledger; up to 200 characters. */
  reason: string;
}

export type SeatCommand = LockCommand | ExtendCommand | ConfirmCommand | ReleaseCommand;

export type RefusalReason =
  | "SEATS_TAKEN"
  | "UNKNOWN_SEAT"
  | "BLOCKED"
  | "SOLD_OUT"
  | "CLOSED"
  | "RELEASED"
  | "LIMIT_REACHED";
export type ConfirmFailure = "EXPIRED" | "RELEASED" | "UNKNOWN";
/** EXTENDED: it was before. */
export type ExtendFailure = "EXTENDED" | "EXPIRED" | "RELEASED" | "UNKNOWN";
export type ReleaseCause = "RELEASED" | "EXPIRED" | "NOTHING_HELD";
export type InvalidCommand =
  | "NO_PLACES"
  | "TOO_MANY_PLACES"
  | "DUPLICATE_PLACE"
  | "BAD_QUANTITY"
  | "BAD_TEXT"
  /** A hold is extended, and taken over by a booking; it is not confirmed, and takes over nothing. */
  | "BAD_HOLD";

export type LockResult =
  | { outcome: "LOCKED"; seatIds: string[]; lockExpiresAt: number }
  | { outcome: "REFUSED"; reason: RefusalReason; unavailableSeatIds: string[] };
export type ExtendResult =
  | { outcome: "EXTENDED"; seatIds: string[]; lockExpiresAt: number }
  | { outcome: "EXTEND_FAILED"; reason: ExtendFailure };
export type ConfirmResult =
  | { outcome: "RESERVED"; seatIds: string[] }
  | { outcome: "CONFIRM_FAILED"; reason: ConfirmFailure };
export interface ReleaseResult {
  outcome: "RELEASED";
  cause: ReleaseCause;
  seatIds: string[];
}

/**
 * Nothing changed and nothing is stored.
 * NOT_OPEN: ask again once the plan is there. NOT_OWNER, INVALID: asking again will not help.
 * NO_GEOMETRY: ask again once the map knows how its seats lie.
 * FULL: the map keeps as many decisions as it can, or as many of holds; owners it already knows are served as ever.
 */
export type RejectedResult =
  | { outcome: "NOT_OPEN" }
  | { outcome: "NOT_OWNER" }
  | { outcome: "FULL" }
  | { outcome: "NO_GEOMETRY" }
  | { outcome: "INVALID"; problem: InvalidCommand };

export type SeatResult = LockResult | ExtendResult | ConfirmResult | ReleaseResult | RejectedResult;

/**
 * One decision, told to the booking's saga. At least once each, in the order of `seq`; a repeat is identical, but
 * that `owner.userId`, "" where no step had named the user, may be known by then.
 */
export type SeatAnswer = {
  eventId: string;
  owner: Owner;
  /** The places decided on; those asked for, where a lock failed; none, where nothing was held. */
  seatIds: string[];
  seq: number;
  epoch: number;
  at: number;
} & (
  | { kind: "locked"; lockExpiresAt: number }
  | { kind: "lock-failed"; unavailableSeatIds: string[]; reason: RefusalReason }
  | { kind: "confirmed" }
  | { kind: "confirm-failed"; reason: ConfirmFailure }
  | { kind: "released"; cause: ReleaseCause }
);

export interface GeneralAdmissionArea {
  name: string;
  capacity: number;
}

/** The places of an event. The order of `seatIds` is the order of the packed view. */
export interface SeatPlan {
  eventId: string;
  planVersion: number;
  seatIds: string[];
  generalAdmission: GeneralAdmissionArea[];
  /** Seats that are not for sale. */
  blockedSeatIds?: string[];
  /** Decisions are kept at least until then. */
  decisionsKeptUntil: number;
}

export type InvalidPlan =
  | "NO_PLACES"
  | "TOO_MANY_PLACES"
  | "TOO_MANY_AREAS"
  | "DUPLICATE_PLACE"
  | "BAD_TEXT"
  | "BAD_CAPACITY"
  | "BAD_VERSION"
  | "UNKNOWN_BLOCKED_SEAT";

/** OPEN names the version in force, which is a newer one where an old plan arrives late. */
export type OpenResult =
  | { outcome: "OPEN"; planVersion: number }
  | { outcome: "PLAN_CONFLICT"; planVersion: number }
  | { outcome: "INVALID_PLAN"; problem: InvalidPlan };

export interface SeatMapView {
  epoch: number;
  seq: number;
  /** 0 before the map is opened. */
  planVersion: number;
  /** Two bits a seat, four seats a byte, lowest bits first: 0 AVAILABLE, 1 LOCKED, 2 RESERVED, 3 BLOCKED. */
  packed: Uint8Array;
  generalAdmission: { name: string; capacity: number; available: number }[];
  closed: boolean;
}

/** What has become of an event's seats between two entries; `delta` is `TFD1`, as `shared/seats/delta.ts` has it. */
export interface SeatChanges {
  epoch: number;
  fromSeq: number;
  toSeq: number;
  planVersion: number;
  delta: Uint8Array;
}

/** Every seat's state at an entry; `bytes` is `TFS1`, as `shared/seats/packed.ts` has it. */
export interface WholeMap {
  seq: number;
  bytes: Uint8Array;
}

export type DecisionStatus = "LOCKED" | "REFUSED" | "RESERVED" | "RELEASED" | "EXPIRED";

export interface DecisionView {
  owner: Owner;
  status: DecisionStatus;
  /** The places it was given, even when it has lost them since. */
  seatIds: string[];
  lockExpiresAt: number | null;
  /** Whether its time was given anew: it is only once. */
  isExtended: boolean;
}

/** A decision as an auditor reads it. */
export interface AuditedDecision extends DecisionView {
  /** Its place in the list of decisions, which only grows. */
  position: number;
  /** How many of its places are in its hands, in the state that its status says. */
  held: number;
}

/** Where a map stands. `seq` and `hash` are its log's last link. */
export interface SeatMapHead {
  epoch: number;
  seq: number;
  hash: string;
  /** 0 before the map is opened. */
  planVersion: number;
  decisions: number;
  /** Answers up to this entry were handed on; rows up to this one are in the archive. */
  publishedSeq: number;
  archivedSeq: number;
  closed: boolean;
  /** The map's own clock. */
  now: number;
}

/** What this wake of a map has done so far. */
export interface SeatMapCounters {
  /** Grants that were answered, repeats among them. */
  locks: number;
  /** Refusals that were answered. */
  refusals: number;
  /** Transactions that were written and synced. */
  flushes: number;
}

/** What became of one place. A part that is left out is as it was. */
export interface PlaceChange {
  placeId: string;
  /** Of the last entry that changed it. */
  seq: number;
  /** Null where nobody holds it any more. */
  hold?: { status: "LOCKED" | "RESERVED"; owner: Owner } | null;
  /** Not for sale. One that is held is blocked once it is freed. */
  isBlocked?: boolean;
}

export interface PlaceChanges {
  /** Of places, nothing that came before this entry counts any more: the plan began anew. Null where all of it does. */
  beginsAt: number | null;
  places: PlaceChange[];
}

/** Rows of the log on their way to the archive, which follow one another, with what they change. */
export interface LedgerSegment {
  eventId: string;
  rows: LedgerRow[];
  changes: PlaceChanges;
  /** The plan that the rows open, where they open the one in force; as text for `decodePlan`. */
  layout: { planVersion: number; text: string } | null;
}

/** The methods of a SeatMap object. Every answer waits until what it rests on is on disk. */
export interface SeatMapRpc {
  /** Up to 256 commands, judged in order at one moment; results in the same order. Many locks are one call of it. */
  apply(commands: SeatCommand[]): Promise<SeatResult[]>;
  /** Idempotent for one version and content. */
  open(plan: SeatPlan): Promise<OpenResult>;
  /** Tells how the seats lie; false where it is not for the plan in force. */
  learnGeometry(geometry: SeatGeometry): Promise<boolean>;
  /** No new locks from now on; what is locked can still be confirmed or released. Idempotent. */
  close(): Promise<void>;
  isClosed(): Promise<boolean>;
  view(): Promise<SeatMapView>;
  /** The view with the ids of its seats, in its order: for a reader whose plan is of another version. */
  viewWithIds(): Promise<SeatMapView & { seatIds: string[] }>;
  /**
   * What has changed after entry `sinceSeq` of this epoch; null where that is not known any more, or the plan is another
   * one since, or the map is shorter than its changes: then read the whole map again.
   */
  changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null>;
  decision(ownerId: string): Promise<DecisionView | null>;
  /** The plan with the positions that the log names, for `decodePlan`; null before the map is opened. */
  layout(): Promise<string | null>;
  /** Where the map and its log stand. */
  head(): Promise<SeatMapHead>;
  /** Since the object woke. Waits for nothing: these are numbers for a graph. */
  counters(): Promise<SeatMapCounters>;
  /** Decisions from a position on, in their order, at most `limit` (capped at 500). */
  decisions(from: number, limit: number): Promise<AuditedDecision[]>;
  /** The decisions of these owners (the first 500 of them); an owner without one is left out. */
  decisionsOf(ownerIds: string[]): Promise<AuditedDecision[]>;
  /** Log rows from the one that holds `fromSeq` on, of those that are still there; at most `limit`, and some 8 MB. */
  ledger(fromSeq: number, limit: number): Promise<LedgerRow[]>;
  /** Does now what the alarm would do: due expiries, unpublished answers, rows that the archive lacks. */
  poke(): Promise<void>;
}

/** What a relay of a map's watchers asks of it. */
export interface FollowedMapRpc {
  /** The whole map as `TFS1`, after which this relay is given what changes; null before the map is opened. */
  follow(relay: number): Promise<Uint8Array | null>;
}
