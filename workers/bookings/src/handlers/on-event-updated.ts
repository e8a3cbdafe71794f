import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { BookingsDeps } from "../use-cases/deps.ts";

/** Bookings told in one statement, and statements in one turn: the rest follows when the message is tried again. */
const LIMIT = 1_000;
const MAX_STATEMENTS = 50;

/** The event has another name, time or place: its bookings carry them, and their time to cancel depends on it. */
export async function onEventUpdated(
  deps: BookingsDeps,
  { payload }: Envelope<"event.updated">,
): Promise<Outcome> {
  const { eventId, version, name, startsAt, venueName } = payload;
  for (let statements = 0; statements < MAX_STATEMENTS; statements++) {
    const told = await deps.bookedEvents.tell({ eventId, version, name, startsAt, venueName }, LIMIT);
    if (told < LIMIT) return DONE;
  }
  return { kind: "early", detail: "more bookings of the event are to be told" };
}
