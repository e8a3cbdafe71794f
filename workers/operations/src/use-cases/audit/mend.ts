import { checkBooking, findingKey } from "../../core/audit/checks.ts";
import { lockPastExpiry } from "../../core/audit/decisions.ts";
import { isUndone } from "../../core/audit/facts.ts";
import { outboxOf, unsentOfService } from "../../core/audit/outbox.ts";
import type { Finding } from "../../core/audit/page.ts";
import type { AuditDeps } from "./deps.ts";
import { seeBookings } from "./see-bookings.ts";
import { checkProjection } from "./walk-projection.ts";

/**
 * Mends what is safe to mend, by way of the service that owns it; then looks again. Safe to repeat.
 * @returns whether the finding is gone; false when it is a person's, or there still
 * @throws Unavailable when a service does not answer
 */
export async function mendFinding(deps: AuditDeps, finding: Finding): Promise<boolean> {
  if (!(await act(deps, finding))) return false;
  return !(await isStillThere(deps, finding));
}

/** @returns whether something was done */
async function act(deps: AuditDeps, finding: Finding): Promise<boolean> {
  switch (finding.mend) {
    case "outbox": {
      const { owner, key } = outboxOf(finding.subject);
      return (await deps[owner].relay([key])) > 0;
    }
    case "cancel-authorisation":
      return giveUp(deps, finding);
    case "project":
      return project(deps, finding);
    case "look":
      return look(deps, finding);
    default:
      return false;
  }
}

/** An authorisation is given up only while, at this moment, its booking has ended or its payment has another. */
async function giveUp(deps: AuditDeps, { bookingId, subject: intentId }: Finding): Promise<boolean> {
  if (bookingId === null) return false;
  const [booking] = await deps.bookings.bookingsById([bookingId]);
  const [payment] = await deps.payments.paymentsOf([bookingId]);
  if (!booking || !payment) return false;
  const isNeeded =
    payment.intentId === intentId && !isUndone(booking) && payment.difference?.mend !== "cancel";
  if (isNeeded) return false;
  return deps.payments.release({ bookingId, userId: booking.userId, intentId });
}

/** The owners look once more: payments at Stripe, a SeatMap at what is due. */
async function look(deps: AuditDeps, { bookingId, eventId, check }: Finding): Promise<boolean> {
  const isOfMap = check === "lock-past-expiry" || check === "undo-unfinished";
  if (isOfMap && eventId !== null) await deps.inventory.poke(eventId);
  if (check === "lock-past-expiry") return true;
  return bookingId !== null && (await deps.payments.look(bookingId));
}

/** The map hands on what the database lacks; the places are made anew from it where that was not all. */
async function project(deps: AuditDeps, { eventId, check }: Finding): Promise<boolean> {
  if (eventId === null) return false;
  await deps.inventory.poke(eventId);
  const { seq, projectedSeq } = await deps.ledger.ledgerHead(eventId);
  if (check === "projection-differs" || projectedSeq < seq) await deps.ledger.rebuildPlaces(eventId);
  return true;
}

async function isStillThere(deps: AuditDeps, finding: Finding): Promise<boolean> {
  const { check, bookingId, eventId } = finding;
  const isIt = (one: Finding) => findingKey(one) === findingKey(finding);
  const now = deps.clock();
  if (check === "lock-past-expiry" && eventId !== null) {
    const map = await deps.inventory.map(eventId);
    const decisions = await deps.inventory.decisionsOf(eventId, [finding.subject]);
    return decisions.flatMap((decision) => lockPastExpiry(eventId, decision, map?.now ?? now)).some(isIt);
  }
  if (finding.mend === "project" && eventId !== null) {
    return (await checkProjection(deps, eventId, now)).findings.some(isIt);
  }
  const bookings = bookingId === null ? [] : await deps.bookings.bookingsById([bookingId]);
  const seen = await seeBookings(deps, bookings);
  if (seen.flatMap((one) => checkBooking(one, now)).some(isIt)) return true;
  if (check !== "unsent-message") return false;
  const { owner } = outboxOf(finding.subject);
  return unsentOfService(owner, await deps[owner].outbox(), now).some(isIt);
}
