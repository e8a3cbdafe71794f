import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import type { Booking } from "../core/booking.ts";
import { deadlineOf } from "../core/input.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";
import { relayLeftovers } from "./relay.ts";
import { undoCancelledEvents } from "./undo-cancelled-events.ts";

/** The most overdue bookings one statement moves, and how many such statements one sweep makes. */
const LIMIT = 100;
const MAX_BATCHES = 10;

/** Consumed events are remembered for longer than any topic keeps them, so that no redelivery is new. */
const REMEMBERED_MS = 10 * 86_400_000;

/**
 * One sweep: what a crash left unsent, bookings that have waited too long or whose event is cancelled, and what may
 * be forgotten. Each
 * part is tried whatever becomes of the others: deadlines pass while Kafka is down, too.
 * @throws the first part's error, once all have ended
 */
export async function sweep(deps: BookingsDeps): Promise<void> {
  const parts = await Promise.allSettled([
    relayLeftovers(deps),
    passDeadlines(deps),
    undoCancelledEvents(deps),
    deps.bookings.forget(deps.clock() - REMEMBERED_MS),
  ]);
  for (const part of parts) if (part.status === "rejected") throw part.reason;
}

async function passDeadlines(deps: BookingsDeps): Promise<void> {
  for (let batches = 0; batches < MAX_BATCHES; batches++) {
    const overdue = await deps.bookings.overdue(deps.clock(), LIMIT);
    if (overdue.length > 0) await passTogether(deps, overdue);
    if (overdue.length < LIMIT) return;
  }
}

async function passTogether(deps: BookingsDeps, overdue: Booking[]): Promise<void> {
  try {
    await applySignals(deps, overdue.map(deadlineOf));
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    // One booking's trouble is not the others': those are moved one by one.
    for (const booking of overdue) await passAlone(deps, booking);
  }
}

async function passAlone(deps: BookingsDeps, booking: Booking): Promise<void> {
  try {
    await applySignals(deps, [deadlineOf(booking)]);
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    deps.logger.error("deadline not passed", { bookingId: booking.id, error: describeError(error) });
  }
}
