import { drawnFrom, pauseMs } from "#shared/backoff.ts";
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

/** What cannot be undone yet is looked at again after a pause between these. */
const SHORTEST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** What an event's bookings have waited for so long does not come by itself. */
const GIVE_UP_AFTER_MS = 30 * 86_400_000;
const NEVER = Date.parse("9999-12-31T00:00:00Z");

/** What there is to undo, and what is still on its way to be decided and then undone. */
const TO_UNDO: readonly BookingState[] = ["INITIATED", "PAYING", "RESERVING", "CAPTURING", "CONFIRMED"];

/**
 * Undoes the bookings of cancelled events, page by page: what is paid is refunded, what is pending fails. An event
 * is done with once a whole pass finds nothing left. Each event is tried, whatever becomes of the others.
 */
export async function undoCancelledEvents(deps: BookingsDeps): Promise<void> {
  let afterId = "";
  for (let reads = 0; reads < MAX_READS; reads++) {
    // All that are due: the first ones may wait for long, for their maps or for a payment.
    const open = await deps.bookedEvents.openCancellations(deps.clock(), afterId, EVENTS);
    for (const cancellation of open) await tryUndo(deps, cancellation);
    if (open.length < EVENTS) return;
    afterId = open.at(-1)!.eventId;
  }
}

async function tryUndo(deps: BookingsDeps, cancellation: EventCancellation): Promise<void> {
  const { eventId } = cancellation;
  try {
    if ((await undoEvent(deps, cancellation)) !== "waits") return;
  } catch (error) {
    deps.logger.warn("cancelled event not undone yet", { eventId, error: describeError(error) });
  }
  await putOff(deps, cancellation);
}

/** What it waits for comes when it comes: the longer ago the event was cancelled, the longer is the pause. */
async function putOff(
  { bookedEvents, clock, logger }: BookingsDeps,
  { eventId, cancelledAt }: EventCancellation,
): Promise<void> {
  const now = clock();
  const age = now - cancelledAt;
  const isGivenUp = age > GIVE_UP_AFTER_MS;
  if (isGivenUp) logger.error("cancelled event is not undone: a person is needed", { eventId });
  const full = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, age / 4));
  const pause = pauseMs({ firstMs: full, longestMs: full }, 1, drawnFrom(`${eventId}:${now}`));
  await bookedEvents.putOff(eventId, isGivenUp ? NEVER : now + pause);
}

/** @returns whether something moved, so that the next sweep goes on; or that it waits, for its map or for payments */
async function undoEvent(
  deps: BookingsDeps,
  { eventId, reason }: EventCancellation,
): Promise<"moves" | "waits" | "done"> {
  // While a place could still be locked, a booking could slip in behind the last page.
  if (!(await within(ASK_LIMIT_MS, deps.inventory.isClosed(eventId)))) return "waits";
  let afterId = "";
  let found = 0;
  let moved = 0;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await deps.bookedEvents.page(eventId, TO_UNDO, afterId, PAGE);
    found += page.length;
    const outcomes = await applySignals(
      deps,
      page.map((booking) => eventCancelledOf(booking, reason)),
    );
    moved += outcomes.filter(({ kind }) => kind === "done").length;
    if (page.length < PAGE) break;
    afterId = page.at(-1)!.id;
  }
  if (found > 0) return moved > 0 ? "moves" : "waits";
  await deps.bookedEvents.closeCancellation(eventId, deps.clock());
  return "done";
}
