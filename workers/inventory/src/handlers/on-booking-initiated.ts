import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** Lock all the places, or none. */
export function onBookingInitiated({ payload }: Envelope<"booking.initiated">): InventoryWork {
  const { bookingId, userId, eventId, seatIds, generalAdmission, holdId } = payload;
  const owner = { kind: "booking", id: bookingId, userId } as const;
  const lock = { type: "lock", owner, seatIds, generalAdmission } as const;
  return { kind: "command", eventId, command: holdId === undefined ? lock : { ...lock, holdId } };
}
