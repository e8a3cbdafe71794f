import type { SeatCommand, SeatResult } from "../rpc.ts";
import type { Decision, Step } from "./decision.ts";

/** The command of this type. */
export type Of<T extends SeatCommand["type"]> = Extract<SeatCommand, { type: T }>;

/** A result; `repeats` names the answer that was given before, where the command made no new entry. */
export interface Judgement {
  result: SeatResult;
  repeats?: { decision: Decision; step: Step };
}

export const NOT_OWNER: Judgement = { result: { outcome: "NOT_OWNER" } };

/** Whose the entry is that a command leads to. A decision knows its user where the command does not. */
export function ownedBy({ owner }: SeatCommand, known?: Decision) {
  return { ownerKind: owner.kind, ownerId: owner.id, userId: known?.userId || owner.userId || "" };
}
