import { type DecisionFacts, MAX_DECISIONS } from "#shared/rpc/audit/inventory.ts";
import { foundTwice } from "../../core/audit/checks.ts";
import { decisionWithoutBooking, lockPastExpiry, oversoldSeat } from "../../core/audit/decisions.ts";
import type { Finding } from "../../core/audit/page.ts";
import type { AuditDeps, Walk, Walked } from "./deps.ts";

const NO_MORE: Walked = { findings: [], counted: {}, next: { at: "outboxes" } };

/** The next event: its places as bookings have them, and whether there is a map to look at. */
export const walkEvents: Walk<"events"> = async (deps, scope, { afterId }) => {
  const eventId = scope.eventId ?? (await deps.inventory.events({ afterId, limit: 1 }))[0] ?? null;
  const isDone = eventId === null || (scope.eventId !== null && afterId === scope.eventId);
  if (isDone) return NO_MORE;
  const oversold = async () => (await deps.bookings.oversold(eventId)).map(oversoldSeat);
  const first = await oversold();
  const findings = first.length > 0 ? foundTwice(first, await oversold()) : [];
  const isMapped = (await deps.inventory.map(eventId)) !== null;
  return {
    findings,
    counted: { events: 1 },
    next: isMapped ? { at: "decisions", eventId, from: 0 } : { at: "events", afterId: eventId },
  };
};

/** A page of what an event's SeatMap has decided. */
export const walkDecisions: Walk<"decisions"> = async (deps, _scope, { eventId, from }) => {
  const decisions = await deps.inventory.decisions({ eventId, from, limit: MAX_DECISIONS });
  const first = await check(deps, eventId, decisions);
  const again = async () => {
    const owners = first.map(({ subject }) => subject);
    return check(deps, eventId, await deps.inventory.decisionsOf(eventId, owners));
  };
  const findings = first.length > 0 ? foundTwice(first, await again()) : [];
  const isLast = decisions.length < MAX_DECISIONS;
  return {
    findings,
    counted: { decisions: decisions.length },
    next: isLast ? { at: "ledger", eventId } : { at: "decisions", eventId, from: from + decisions.length },
  };
};

async function check(deps: AuditDeps, eventId: string, decisions: DecisionFacts[]): Promise<Finding[]> {
  const [map, bookings] = await Promise.all([
    deps.inventory.map(eventId),
    deps.bookings.bookingsById(decisions.map(({ ownerId }) => ownerId)),
  ]);
  const known = new Map(bookings.map((booking) => [booking.id, booking]));
  return decisions.flatMap((decision) => [
    ...decisionWithoutBooking(eventId, decision, known.get(decision.ownerId) ?? null),
    ...(map ? lockPastExpiry(eventId, decision, map.now) : []),
  ]);
}
