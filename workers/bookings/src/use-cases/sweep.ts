import { deadlineOf } from "../core/input.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";
import { relayLeftovers } from "./relay.ts";

/** The most overdue bookings one sweep moves. */
const LIMIT = 100;

/** Consumed events are remembered for longer than any topic keeps them, so that no redelivery is new. */
const REMEMBERED_MS = 10 * 86_400_000;

/** One sweep: what a crash left unsent, bookings that have waited too long, and what may be forgotten. */
export async function sweep(deps: BookingsDeps): Promise<void> {
  await relayLeftovers(deps);
  const overdue = await deps.bookings.overdue(deps.clock(), LIMIT);
  if (overdue.length > 0) await applySignals(deps, overdue.map(deadlineOf));
  await deps.bookings.forget(deps.clock() - REMEMBERED_MS);
}
