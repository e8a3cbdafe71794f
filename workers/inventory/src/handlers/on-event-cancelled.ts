import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** The event takes place no more: nobody locks a seat of it again. Its bookings are undone after that. */
export function onEventCancelled({ payload }: Envelope<"event.cancelled">): InventoryWork {
  return { kind: "close", eventId: payload.eventId };
}
