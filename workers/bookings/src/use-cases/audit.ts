import type { Clock } from "#shared/clock.ts";
import { type AuditedOutbox, relayKeys } from "#shared/postgres/audited-outbox.ts";
import { type BookingsAudit, MAX_BOOKINGS } from "#shared/rpc/audit/bookings.ts";
import type { AuditedBookings } from "../repositories/audited-bookings.ts";
import type { BookingsDeps } from "./deps.ts";

/** Consumed events are forgotten after ten days: for so long each step has its event for sure. */
const REMEMBERED_MS = 9 * 86_400_000;

interface AuditDeps extends Pick<BookingsDeps, "bookings" | "send"> {
  audited: AuditedBookings;
  outbox: AuditedOutbox;
  clock: Clock;
}

/** What bookings tells an auditor of its own store. Every answer is bounded, whatever is asked for. */
export function bookingsAudit({ audited, outbox, bookings, send, clock }: AuditDeps): BookingsAudit {
  const rememberedFrom = () => clock() - REMEMBERED_MS;
  return {
    bookings: (asked) =>
      audited.page({ ...asked, limit: Math.min(asked.limit, MAX_BOOKINGS) }, rememberedFrom()),
    bookingsById: (ids) => audited.byId(ids.slice(0, MAX_BOOKINGS), rememberedFrom()),
    oversold: (eventId) => audited.oversold(eventId),
    inbox: (settledBefore) => audited.inbox({ from: rememberedFrom(), to: settledBefore }),
    outbox: () => outbox.facts(),
    relay: (keys) => relayKeys({ outbox: bookings, audited: outbox, send, clock }, keys),
  };
}
