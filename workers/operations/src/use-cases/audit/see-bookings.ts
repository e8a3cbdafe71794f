import { type BookingFacts, MAX_BOOKINGS } from "#shared/rpc/audit/bookings.ts";
import type { DecisionFacts } from "#shared/rpc/audit/inventory.ts";
import { MAX_PAYMENTS } from "#shared/rpc/audit/payments.ts";
import { checkBooking, foundTwice } from "../../core/audit/checks.ts";
import { type BookingSeen, NOTHING_TOLD } from "../../core/audit/facts.ts";
import type { AuditScope, Finding } from "../../core/audit/page.ts";
import type { AuditDeps } from "./deps.ts";
import { readTold } from "./read-told.ts";

/** As many bookings are looked at together: for each there may be a question to Stripe. */
export const BOOKINGS_A_PAGE = Math.min(MAX_PAYMENTS, MAX_BOOKINGS);

/** SeatMaps that are asked at once. */
const MAPS_AT_ONCE = 4;

/** Joins bookings with what the other stores have of them. @throws Unavailable when one does not answer */
export async function seeBookings(deps: AuditDeps, bookings: BookingFacts[]): Promise<BookingSeen[]> {
  if (bookings.length === 0) return [];
  const ids = bookings.map(({ id }) => id);
  const [payments, mails, decisions] = await Promise.all([
    deps.payments.paymentsOf(ids),
    deps.notifications.mailsOf(ids),
    decisionsOf(deps, bookings),
  ]);
  const told = deps.told.of(ids);
  const paymentOf = new Map(payments.map((payment) => [payment.bookingId, payment]));
  const mailsOf = Map.groupBy(mails, ({ bookingId }) => bookingId);
  return bookings.map((booking) => ({
    booking,
    payment: paymentOf.get(booking.id) ?? null,
    decision: decisions.get(booking.id) ?? null,
    mails: mailsOf.get(booking.id) ?? [],
    told: told.get(booking.id) ?? NOTHING_TOLD,
  }));
}

async function decisionsOf(deps: AuditDeps, bookings: BookingFacts[]): Promise<Map<string, DecisionFacts>> {
  const byEvent = [...Map.groupBy(bookings, ({ eventId }) => eventId)];
  const found: DecisionFacts[] = [];
  for (let first = 0; first < byEvent.length; first += MAPS_AT_ONCE) {
    const asked = byEvent.slice(first, first + MAPS_AT_ONCE).map(([eventId, theirs]) =>
      deps.inventory.decisionsOf(
        eventId,
        theirs.map(({ id }) => id),
      ),
    );
    found.push(...(await Promise.all(asked)).flat());
  }
  return new Map(found.map((decision) => [decision.ownerId, decision]));
}

/**
 * The findings about bookings that were seen, confirmed: the stores are read one after the other, so a booking that
 * moved meanwhile looks torn. What is suspicious is read a second time, from every store, and only what shows again
 * counts.
 */
export async function confirmedFindings(
  deps: AuditDeps,
  scope: Pick<AuditScope, "eventId" | "startedAt">,
  seen: BookingSeen[],
): Promise<Finding[]> {
  const suspicions = seen.flatMap((one) => checkBooking(one, scope.startedAt));
  if (suspicions.length === 0) return [];
  await readTold(deps, scope.eventId);
  const ids = [...new Set(suspicions.map(({ bookingId }) => bookingId).filter((id) => id !== null))];
  const again = await seeBookings(deps, await deps.bookings.bookingsById(ids));
  return foundTwice(
    suspicions,
    again.flatMap((one) => checkBooking(one, scope.startedAt)),
  );
}
