import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { BookingsDeps } from "../use-cases/deps.ts";

/** The event takes place no more: noted here, undone booking by booking by the sweeper. */
export async function onEventCancelled(
  deps: BookingsDeps,
  { payload }: Envelope<"event.cancelled">,
): Promise<Outcome> {
  const { eventId, reason, cancelledAt } = payload;
  await deps.bookedEvents.addCancellation({ eventId, reason, cancelledAt: Date.parse(cancelledAt) });
  deps.logger.info("event cancelled", { eventId });
  return DONE;
}
