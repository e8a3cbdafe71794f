import type { ConfirmResult, ExtendResult, LockResult, ReleaseResult, SeatAnswer } from "../rpc.ts";
import type { Decision, Stamp, Step } from "./decision.ts";
import type { Entry } from "./entry.ts";
import type { Opened } from "./layout.ts";
import type { SeatMapState } from "./state.ts";

const STEP_OF: Partial<Record<Entry["kind"], Step>> = {
  LOCKED: "lock",
  REFUSED: "lock",
  RESERVED: "reserve",
  CONFIRM_REFUSED: "confirmRefusal",
  RELEASED: "release",
  EXPIRED: "release",
};

/** What a lock was answered first. A tombstone that no lock has met yet has no such answer. */
export function lockResult(decision: Decision, opened: Opened): LockResult {
  if (decision.refusal) return refusalResult(decision.refusal, opened);
  const seatIds = opened.index.ids(decision.places);
  return { outcome: "LOCKED", seatIds, lockExpiresAt: decision.expiresAt };
}

export function refusalResult(
  {
    reason,
    unavailable,
    unknown,
  }: Pick<NonNullable<Decision["refusal"]>, "reason" | "unavailable" | "unknown">,
  { index }: Opened,
): LockResult {
  return { outcome: "REFUSED", reason, unavailableSeatIds: [...index.ids(unavailable), ...unknown] };
}

export function extendResult({ places, expiresAt }: Decision, { index }: Opened): ExtendResult {
  return { outcome: "EXTENDED", seatIds: index.ids(places), lockExpiresAt: expiresAt };
}

export function confirmResult(decision: Decision, { index }: Opened): ConfirmResult {
  if (decision.status === "RESERVED") return { outcome: "RESERVED", seatIds: index.ids(decision.places) };
  return { outcome: "CONFIRM_FAILED", reason: present(decision.confirmRefusal).reason };
}

export function releaseResult(decision: Decision, { index }: Opened): ReleaseResult {
  const { cause } = present(decision.release);
  const freed = cause === "NOTHING_HELD" ? [] : decision.places;
  return { outcome: "RELEASED", cause, seatIds: index.ids(freed) };
}

/**
 * What the saga is told of one step of a decision: the first time, from the log, and word for word the same
 * each time it is told again. Undefined for a hold: nobody waits for news of it.
 */
export function answerFor(decision: Decision, step: Step, opened: Opened): SeatAnswer | undefined {
  if (decision.kind !== "booking") return undefined;
  const owner = { kind: decision.kind, id: decision.id, userId: decision.userId };
  const stamped = ({ seq, epoch, at }: Stamp) => ({ eventId: opened.plan.eventId, owner, seq, epoch, at });
  const seatIds = () => opened.index.ids(decision.places);
  switch (step) {
    case "lock": {
      const base = stamped(present(decision.lock));
      const result = lockResult(decision, opened);
      if (result.outcome === "LOCKED") {
        return { kind: "locked", ...base, seatIds: result.seatIds, lockExpiresAt: result.lockExpiresAt };
      }
      const { reason, unavailableSeatIds } = result;
      const { requested, unknown } = present(decision.refusal);
      const requestedIds = [...opened.index.ids(requested), ...unknown];
      return { kind: "lock-failed", ...base, seatIds: requestedIds, unavailableSeatIds, reason };
    }
    case "reserve":
      return { kind: "confirmed", ...stamped(present(decision.reserve)), seatIds: seatIds() };
    case "confirmRefusal": {
      const refusal = present(decision.confirmRefusal);
      return { kind: "confirm-failed", ...stamped(refusal), seatIds: seatIds(), reason: refusal.reason };
    }
    case "release": {
      const { cause, seatIds: freed } = releaseResult(decision, opened);
      return { kind: "released", ...stamped(present(decision.release)), seatIds: freed, cause };
    }
  }
}

/** What the saga is told of an entry of the log, if anything. */
export function answerOf(entry: Entry, state: SeatMapState): SeatAnswer | undefined {
  const step = STEP_OF[entry.kind];
  if (!step || !("ownerId" in entry) || !state.opened) return undefined;
  const decision = present(state.decision(entry.ownerId));
  return answerFor(decision, step, state.opened);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a decision lacks the answer that its entry gave");
  return value;
}
