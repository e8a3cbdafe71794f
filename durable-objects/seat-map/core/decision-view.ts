import type { AuditedDecision, DecisionView } from "../rpc.ts";
import type { Decision } from "./decision.ts";
import type { Opened } from "./layout.ts";
import { LOCKED, RESERVED } from "./place-table.ts";

/** A decision as others see it. */
export function decisionView(decision: Decision, { index }: Opened): DecisionView {
  return {
    owner: { kind: decision.kind, id: decision.id, userId: decision.userId },
    status: decision.status,
    seatIds: index.ids(decision.places),
    lockExpiresAt: decision.expiresAt || null,
    isExtended: decision.extension !== undefined,
  };
}

/** With what the table of places says of it, which must be the same. */
export function auditedDecision(decision: Decision, opened: Opened): AuditedDecision {
  const { state, holder } = opened.places;
  const { status, index: position } = decision;
  const expected = status === "LOCKED" ? LOCKED : RESERVED;
  const held = decision.places.filter((place) => holder[place] === position && state[place] === expected);
  return { ...decisionView(decision, opened), position, held: held.length };
}
