import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { type Advance, advance } from "../core/advance.ts";
import type { Signal } from "../core/input.ts";
import type { BookingsDeps } from "./deps.ts";
import { relay } from "./relay.ts";

/** A booking that keeps moving under a step is left for the next turn after this many looks. */
const MAX_LOOKS = 3;

/**
 * Moves bookings by signals, at most one a booking: read, decide, write guarded, send. Two round trips to
 * Postgres a batch, whatever its size.
 */
export async function applySignals(deps: BookingsDeps, signals: Signal[]): Promise<Outcome[]> {
  const outcomes = new Map<Signal, Outcome>();
  let open = signals;
  for (let look = 0; look < MAX_LOOKS && open.length > 0; look++) {
    const { bookings, lines, seen } = await deps.bookings.read(open);
    const steps: Advance[] = [];
    for (const signal of open) {
      const booking = bookings.get(signal.bookingId);
      if (seen.has(signal.eventId)) outcomes.set(signal, DONE);
      else if (!booking) outcomes.set(signal, early("no such booking yet"));
      else {
        const decision = advance(booking, lines.get(booking.id) ?? [], signal, deps.clock());
        if (decision.kind === "advance") steps.push(decision);
        else outcomes.set(signal, decision.kind === "early" ? early(`too soon in ${booking.state}`) : DONE);
      }
    }
    const applied = await deps.bookings.apply(steps);
    for (const step of steps) {
      if (!applied.has(step.signal.eventId)) continue;
      outcomes.set(step.signal, DONE);
      const { bookingId, input, detail } = step.signal;
      const isReask = input === "deadline" && step.next.state === step.from.state;
      deps.logger[isReask ? "warn" : "info"]("booking step", {
        bookingId,
        input,
        state: step.next.state,
        detail,
      });
    }
    // The steps are durable: if this fails, the same signals are found consumed, and the sweeper sends.
    await relay(deps, [...applied.values()].flat());
    open = open.filter((signal) => !outcomes.has(signal));
  }
  return signals.map((signal) => outcomes.get(signal) ?? early("the booking is being moved by others"));
}

const early = (detail: string): Outcome => ({ kind: "early", detail });
