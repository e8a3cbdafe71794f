import type {
  ConfirmFailure,
  DecisionStatus,
  OwnerKind,
  OwnerRef,
  RefusalReason,
  ReleaseCause,
} from "../rpc.ts";

/** When and where in the log an answer was first given; a repeat carries the same. */
export interface Stamp {
  seq: number;
  epoch: number;
  at: number;
}

/**
 * What the map has decided for one owner: its status, and every answer it was given.
 * RELEASED without a `lock` answer is a tombstone: the release, or a confirm, came first.
 */
export interface Decision {
  /** Position in the list of decisions: what the places point to. */
  index: number;
  kind: OwnerKind;
  id: string;
  /** "" in a tombstone, until a lock tells it. */
  userId: string;
  status: DecisionStatus;
  /** The places that its lock was given. They stay named here after they are lost. */
  places: number[];
  /** 0 where nothing was locked. */
  expiresAt: number;
  lock?: Stamp;
  refusal?: { reason: RefusalReason; requested: number[]; unavailable: number[]; unknown: string[] };
  /** Where a hold's time was given anew. */
  extension?: Stamp;
  reserve?: Stamp;
  confirmRefusal?: Stamp & { reason: ConfirmFailure };
  release?: Stamp & { cause: ReleaseCause };
}

/** The answers that a decision can have given. */
export type Step = "lock" | "reserve" | "confirmRefusal" | "release";

/** Whether `owner` is the one whose decision this is. */
export function isOwner(decision: Decision, owner: OwnerRef): boolean {
  if (decision.kind !== owner.kind) return false;
  return owner.userId === undefined || decision.userId === "" || decision.userId === owner.userId;
}

/** Whether the lock has run out by `at`: from that very millisecond on it is not honoured. */
export function isLapsed(decision: Decision, at: number): boolean {
  return decision.status === "LOCKED" && at >= decision.expiresAt;
}
