import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** The event has changed: its map takes what is there now; what it has already changes nothing. */
export function onEventUpdated({ payload }: Envelope<"event.updated">): InventoryWork {
  return { kind: "open", eventId: payload.eventId };
}
