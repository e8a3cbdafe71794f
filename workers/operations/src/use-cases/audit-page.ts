import { figuresOf, sum } from "../core/audit/figures.ts";
import type { AuditCursor, AuditPage, AuditScope } from "../core/audit/page.ts";
import { cursorOf, type Place, placeOf } from "../core/audit/place.ts";
import type { AuditDeps, Walk } from "./audit/deps.ts";
import { walkBookings, walkTopics } from "./audit/walk-bookings.ts";
import { walkDecisions, walkEvents } from "./audit/walk-events.ts";
import { walkLedger } from "./audit/walk-ledger.ts";
import { walkLetters, walkOutboxes } from "./audit/walk-messages.ts";
import { walkPayments, walkStripe } from "./audit/walk-payments.ts";
import { walkProjection } from "./audit/walk-projection.ts";

export { mendFinding } from "./audit/mend.ts";
export type { AuditDeps };

const WALKS: { [P in Place["at"]]: Walk<P> } = {
  topics: walkTopics,
  bookings: walkBookings,
  payments: walkPayments,
  stripe: walkStripe,
  events: walkEvents,
  decisions: walkDecisions,
  ledger: walkLedger,
  projection: walkProjection,
  outboxes: walkOutboxes,
  letters: walkLetters,
};

/**
 * Looks at one page of the platform's records. A page that is asked for again looks again: it changes nothing.
 * @throws Unavailable when a service does not answer
 */
export async function runAuditPage(
  deps: AuditDeps,
  scope: AuditScope,
  cursor: AuditCursor,
): Promise<AuditPage> {
  const place = placeOf(cursor);
  const walk = WALKS[place.at] as Walk<Place["at"]>;
  const { findings, counted, next } = await walk(deps, scope, place);
  return { findings, counted: sum(counted, figuresOf(findings)), next: cursorOf(next) };
}
