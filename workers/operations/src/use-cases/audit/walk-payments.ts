import { MAX_PAYMENTS, type StripeDifference } from "#shared/rpc/audit/payments.ts";
import { foundTwice } from "../../core/audit/checks.ts";
import type { AuditScope, Finding } from "../../core/audit/page.ts";
import { paymentWithoutBooking, stripeFinding } from "../../core/audit/stripe.ts";
import type { AuditDeps, Walk } from "./deps.ts";

/** Stripe's lists are read so far back. Until then the service's own comparison has seen all of it. */
const STRIPE_MS = 30 * 86_400_000;

/** Clocks differ, and an intent is made after its booking. */
const MARGIN_MS = 60_000;

/** Payments whose booking is not there. They name no event, so that one event's audit has none. */
export const walkPayments: Walk<"payments"> = async (deps, { eventId, startedAt }, place) => {
  const earliest = startedAt - STRIPE_MS;
  const from =
    eventId === null ? earliest : Math.max(earliest, (place.firstCreatedAt ?? startedAt) - MARGIN_MS);
  const onward = { at: "stripe", kind: "intents", after: null, from } as const;
  if (eventId !== null) return { findings: [], counted: {}, next: onward };
  const page = await deps.payments.payments({ afterId: place.afterId, limit: MAX_PAYMENTS });
  const known = await deps.bookings.bookingsById(page.map(({ bookingId }) => bookingId));
  const ids = new Set(known.map(({ id }) => id));
  const last = page.at(-1);
  const isLast = page.length < MAX_PAYMENTS || !last;
  return {
    // A booking is written before anybody asks for its payment, and never goes away: no second look is needed.
    findings: page.filter(({ bookingId }) => !ids.has(bookingId)).map(paymentWithoutBooking),
    counted: {},
    next: isLast ? onward : { ...place, afterId: last.id },
  };
};

/** A page of what Stripe has, held against payments. */
export const walkStripe: Walk<"stripe"> = async (deps, scope, { kind, after, from }) => {
  const asked = { kind, window: { from, to: scope.startedAt }, after };
  const page = await deps.payments.stripe(asked);
  const first = await ofScope(deps, scope, page.differences);
  const again = first.length > 0 ? (await deps.payments.stripe(asked)).differences : [];
  const findings = foundTwice(first, await ofScope(deps, scope, again));
  const counted = { [kind === "intents" ? "intents at Stripe" : "refunds at Stripe"]: page.read };
  if (page.next !== null) return { findings, counted, next: { at: "stripe", kind, after: page.next, from } };
  const refunds = { at: "stripe", kind: "refunds", after: null, from } as const;
  const next = kind === "intents" ? refunds : ({ at: "events", afterId: "" } as const);
  return { findings, counted, next };
};

/** Those of the event's bookings, with their events; all of them where all is audited. */
async function ofScope(
  deps: AuditDeps,
  { eventId }: AuditScope,
  differences: StripeDifference[],
): Promise<Finding[]> {
  if (differences.length === 0) return [];
  const bookings = await deps.bookings.bookingsById(differences.map(({ bookingId }) => bookingId));
  const eventOf = new Map(bookings.map((booking) => [booking.id, booking.eventId]));
  return differences
    .map((difference) => stripeFinding(difference, eventOf.get(difference.bookingId) ?? null))
    .filter((finding) => eventId === null || finding.eventId === eventId);
}
