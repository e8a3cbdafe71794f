import { type Envelope, envelope } from "#shared/saga/envelope.ts";

const at = { now: 1_800_000_000_000, traceparent: "" };

/** A release of a booking's seats; `reason` tells one from another. */
export function release(bookingId: string, reason = "r"): Envelope {
  return envelope("seats.release", bookingId, { bookingId, eventId: "e", seatIds: [], reason }, at);
}

/** A confirmation of a booking's seats: of the same key, in another topic. */
export function confirm(bookingId: string): Envelope {
  return envelope("seats.confirm", bookingId, { bookingId, eventId: "e", seatIds: [] }, at);
}
