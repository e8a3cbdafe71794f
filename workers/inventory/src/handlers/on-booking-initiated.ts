import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** Lock all the places, or none. */
export function onBookingInitiated({ payload }: Envelope<"booking.initiated">): InventoryWork {
  const { bookingId, userId, eventId, seatIds, generalAdmission } = payload;
  const owner = { kind: "booking", id: bookingId, userId } as const;
  return { kind: "command", eventId, command: { type: "lock", owner, seatIds, generalAdmission } };
}
