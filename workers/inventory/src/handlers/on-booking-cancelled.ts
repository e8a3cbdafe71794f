import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** The booking was given back: free what it holds, or see to it that it never gets anything. */
export function onBookingCancelled({ payload }: Envelope<"booking.cancelled">): InventoryWork {
  const { bookingId, eventId, seatIds } = payload;
  const owner = { kind: "booking", id: bookingId } as const;
  return { kind: "command", eventId, command: { type: "release", owner, seatIds, reason: "CANCELLED" } };
}
