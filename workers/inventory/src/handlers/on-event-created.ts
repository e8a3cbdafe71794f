import type { Envelope } from "#shared/saga/envelope.ts";
import type { InventoryWork } from "./work.ts";

/** A new event: open its map with the plan, which is pulled from events and never travels in a message. */
export function onEventCreated({ payload }: Envelope<"event.created">): InventoryWork {
  return { kind: "open", eventId: payload.eventId };
}
