import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** The money is authorised: reserve what is locked, unless the lock has run out. */
export function onSeatsConfirm({ payload }: Envelope<"seats.confirm">): InventoryWork {
  const { bookingId, eventId, seatIds } = payload;
  return {
    kind: "command",
    eventId,
    command: { type: "confirm", owner: { kind: "booking", id: bookingId }, seatIds },
  };
}
