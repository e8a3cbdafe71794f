import { describeError } from "#shared/observability/log.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { eventCancelledOf } from "../core/input.ts";
import type { EventCancellation } from "../repositories/booked-events.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";

/** Bookings undone in one statement, and statements one sweep makes for one event. */
const PAGE = 100;
const MAX_PAGES = 20;

/** The cancelled events that one sweep looks at. */
const MAX_EVENTS = 10;

/** What there is to undo, and what is still on its way to be decided and then undone. */
const TO_UNDO: readonly BookingState[] = ["INITIATED", "PAYING", "RESERVING", "CAPTURING", "CONFIRMED"];

/**
 * Undoes the bookings of cancelled events, page by page: what is paid is refunded, what is pending fails. An event
 * is done with once a whole pass finds nothing left. Each event is tried, whatever becomes of the others.
 */
export async function undoCancelledEvents(deps: BookingsDeps): Promise<void> {
  for (const cancellation of await deps.bookedEvents.openCancellations(MAX_EVENTS)) {
    try {
      await undoEvent(deps, cancellation);
    } catch (error) {
      const { eventId } = cancellation;
      deps.logger.warn("cancelled event not undone yet", { eventId, error: describeError(error) });
    }
  }
}

async function undoEvent(deps: BookingsDeps, { eventId, reason }: EventCancellation): Promise<void> {
  // While a place could still be locked, a booking could slip in behind the last page.
  if (!(await deps.inventory.isClosed(eventId))) return;
  let afterId = "";
  let found = 0;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await deps.bookedEvents.page(eventId, TO_UNDO, afterId, PAGE);
    found += page.length;
    await applySignals(
      deps,
      page.map((booking) => eventCancelledOf(booking, reason)),
    );
    if (page.length < PAGE) {
      if (found === 0) await deps.bookedEvents.closeCancellation(eventId, deps.clock());
      return;
    }
    afterId = page.at(-1)!.id;
  }
}
