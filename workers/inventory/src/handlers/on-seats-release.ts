import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** The booking failed: free what it holds, or see to it that it never gets anything. */
export function onSeatsRelease({ payload }: Envelope<"seats.release">): InventoryWork {
  const { bookingId, eventId, seatIds, reason } = payload;
  return {
    kind: "command",
    eventId,
    command: { type: "release", owner: { kind: "booking", id: bookingId }, seatIds, reason },
  };
}
