import { describeError } from "#shared/observability/log.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { within } from "#shared/within.ts";
import { eventCancelledOf } from "../core/input.ts";
import type { EventCancellation } from "../repositories/booked-events.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";

/** Bookings undone in one statement, and statements one sweep makes for one event. */
const PAGE = 100;
const MAX_PAGES = 20;

/** Cancelled events read at once, and how often one sweep reads: each of those that wait costs it a question. */
const EVENTS = 50;
const MAX_READS = 20;

/** A map that does not say so in time is asked again in the next sweep. */
const ASK_LIMIT_MS = 5_000;

/** What there is to undo, and what is still on its way to be decided and then undone. */
const TO_UNDO: readonly BookingState[] = ["INITIATED", "PAYING", "RESERVING", "CAPTURING", "CONFIRMED"];

/**
 * Undoes the bookings of cancelled events, page by page: what is paid is refunded, what is pending fails. An event
 * is done with once a whole pass finds nothing left. Each event is tried, whatever becomes of the others.
 */
export async function undoCancelledEvents(deps: BookingsDeps): Promise<void> {
  let afterId = "";
  for (let reads = 0; reads < MAX_READS; reads++) {
    // All that are open: the first ones may wait for long, for their maps or for a payment.
    const open = await deps.bookedEvents.openCancellations(afterId, EVENTS);
    for (const cancellation of open) await tryUndo(deps, cancellation);
    if (open.length < EVENTS) return;
    afterId = open.at(-1)!.eventId;
  }
}

async function tryUndo(deps: BookingsDeps, cancellation: EventCancellation): Promise<void> {
  try {
    await undoEvent(deps, cancellation);
  } catch (error) {
    const { eventId } = cancellation;
    deps.logger.warn("cancelled event not undone yet", { eventId, error: describeError(error) });
  }
}

async function undoEvent(deps: BookingsDeps, { eventId, reason }: EventCancellation): Promise<void> {
  // While a place could still be locked, a booking could slip in behind the last page.
  if (!(await within(ASK_LIMIT_MS, deps.inventory.isClosed(eventId)))) return;
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
