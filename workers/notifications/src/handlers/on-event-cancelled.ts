import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE } from "#shared/saga/handlers.ts";
import { KEPT_FOR_MS } from "../core/notification.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import type { Noted } from "./noted.ts";

/** Its buyers are told booking by booking; why it was cancelled is said only here. */
export async function onEventCancelled(
  deps: NotificationsDeps,
  { payload }: Envelope<"event.cancelled">,
): Promise<Noted> {
  const { eventId, reason } = payload;
  await deps.notifications.noteCancellation(eventId, reason, new Date(deps.clock() + KEPT_FOR_MS));
  return DONE;
}
