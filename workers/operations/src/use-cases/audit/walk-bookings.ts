import { STATUS_OF } from "#shared/saga/declaration.ts";
import type { BookingSeen } from "../../core/audit/facts.ts";
import { sum } from "../../core/audit/figures.ts";
import type { Walk } from "./deps.ts";
import { readTold, toldFromTheStart } from "./read-told.ts";
import { BOOKINGS_A_PAGE, confirmedFindings, seeBookings } from "./see-bookings.ts";

/** What was said of bookings, read before them. */
export const walkTopics: Walk<"topics"> = async (deps, { eventId }, { isBegun }) => {
  if (!isBegun) deps.told.begin(toldFromTheStart());
  const { read, isAtEnd } = await readTold(deps, eventId);
  const next = isAtEnd
    ? ({ at: "bookings", afterId: "", firstCreatedAt: null } as const)
    : ({ at: "topics", isBegun: true } as const);
  return { findings: [], counted: { "messages that bookings have ended": read }, next };
};

/** A page of bookings, each held against every store. */
export const walkBookings: Walk<"bookings"> = async (deps, scope, { afterId, firstCreatedAt }) => {
  const { eventId } = scope;
  const page = await deps.bookings.bookings({ eventId, afterId, limit: BOOKINGS_A_PAGE });
  const seen = await seeBookings(deps, page);
  const findings = await confirmedFindings(deps, scope, seen);
  const since = firstCreatedAt ?? page[0]?.createdAt ?? null;
  const last = page.at(-1);
  const isLast = page.length < BOOKINGS_A_PAGE || !last;
  return {
    findings,
    counted: sum(NOTHING_COUNTED, ...seen.map(countedOf)),
    next: isLast
      ? { at: "payments", afterId: "", firstCreatedAt: since }
      : { at: "bookings", afterId: last.id, firstCreatedAt: since },
  };
};

const NOTHING_COUNTED = {
  ...{ bookings: 0, "bookings confirmed": 0, "bookings failed": 0, "bookings cancelled": 0 },
  ...{ "bookings pending": 0, tickets: 0, payments: 0, mails: 0 },
};

function countedOf({ booking, payment, mails }: BookingSeen): Record<string, number> {
  return {
    bookings: 1,
    [`bookings ${STATUS_OF[booking.state].toLowerCase()}`]: 1,
    tickets: booking.ticketPlaces.length,
    payments: payment ? 1 : 0,
    mails: mails.length,
  };
}
