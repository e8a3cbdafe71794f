import type { InboxFacts } from "#shared/rpc/audit/bookings.ts";
import type { Finding } from "./page.ts";

/** As many steps as events were consumed: each event has its effect once, or none at all. */
export function inboxDiffersFromSteps({ from, to, events, steps }: InboxFacts): Finding[] {
  if (events === steps) return [];
  const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  const detail = `${events} events were consumed, and ${steps} steps followed, from ${span}`;
  const of = { bookingId: null, eventId: null, mend: null, subject: "inbox" };
  return [{ check: "inbox-differs-from-steps", ...of, detail }];
}

/** A client's key leads to its booking. */
export function keyWithoutBooking({ userId, bookingId }: InboxFacts["keysWithoutBooking"][number]): Finding {
  const detail = `an Idempotency-Key of ${userId} stands for ${bookingId}, which is not there`;
  return { check: "key-without-booking", bookingId, eventId: null, detail, mend: null, subject: bookingId };
}
