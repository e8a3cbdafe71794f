import type { BookingFacts, OversoldPlace } from "#shared/rpc/audit/bookings.ts";
import type { DecisionFacts } from "#shared/rpc/audit/inventory.ts";
import type { Finding } from "./page.ts";
import { EXPIRED_AFTER_MS } from "./under-way.ts";

/** A SeatMap decides for bookings that are there, and of its own event. @param booking null where there is none */
export function decisionWithoutBooking(
  eventId: string,
  { ownerId, kind, status, seatIds }: DecisionFacts,
  booking: Pick<BookingFacts, "eventId"> | null,
): Finding[] {
  if (kind !== "booking" || booking?.eventId === eventId) return [];
  const why = booking ? `is of ${booking.eventId}` : "is not there";
  const detail = `${seatIds.join(", ") || "nothing"} ${status} for ${ownerId}, which ${why}`;
  const of = { bookingId: ownerId, eventId, detail, subject: ownerId };
  return [{ check: "seats-without-booking", ...of, mend: null }];
}

/** No seat stays LOCKED past its time. @param mapNow the map's own clock */
export function lockPastExpiry(eventId: string, decision: DecisionFacts, mapNow: number): Finding[] {
  const { ownerId, kind, status, lockExpiresAt, seatIds } = decision;
  if (status !== "LOCKED" || lockExpiresAt === null || mapNow < lockExpiresAt + EXPIRED_AFTER_MS) return [];
  const detail = `${seatIds.join(", ")} LOCKED until ${new Date(lockExpiresAt).toISOString()}, which is past`;
  const bookingId = kind === "booking" ? ownerId : null;
  return [{ check: "lock-past-expiry", bookingId, eventId, detail, mend: "look", subject: ownerId }];
}

/** A place has one confirmed booking at most. */
export function oversoldSeat({ eventId, placeId, bookingIds }: OversoldPlace): Finding {
  const detail = `${placeId} was sold to ${bookingIds.join(" and ")}`;
  const [bookingId = null] = bookingIds;
  return { check: "oversold-seat", bookingId, eventId, detail, mend: null, subject: placeId };
}
