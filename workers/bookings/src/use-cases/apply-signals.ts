import type { Logger } from "#shared/observability/log.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { type Advance, advance } from "../core/advance.ts";
import { isStuck, needsPerson } from "../core/deadlines.ts";
import type { Signal } from "../core/input.ts";
import type { BookingsDeps } from "./deps.ts";
import { relay } from "./relay.ts";

/** A booking that keeps moving under a step is left for the next turn after this many looks, one of them from memory. */
const MAX_LOOKS = 4;

/**
 * Moves bookings by signals, at most one a booking: read, decide, write guarded, send. Two round trips to
 * Postgres a batch, whatever its size; one where all of it is remembered.
 */
export async function applySignals(deps: BookingsDeps, signals: Signal[]): Promise<Outcome[]> {
  const outcomes = new Map<Signal, Outcome>();
  let open = signals;
  for (let look = 0; look < MAX_LOOKS && open.length > 0; look++) {
    const { bookings, lines, seen, remembered } = await deps.bookings.read(open);
    const steps: Advance[] = [];
    for (const signal of open) {
      const booking = bookings.get(signal.bookingId);
      if (seen.has(signal.eventId)) outcomes.set(signal, DONE);
      else if (!booking) outcomes.set(signal, early("no such booking yet"));
      else {
        const decision = advance(booking, lines.get(booking.id) ?? [], signal, deps.clock());
        if (decision.kind === "advance") steps.push(decision);
        // What says that nothing is to be done is to be read, not remembered.
        else if (remembered?.has(booking.id)) continue;
        else outcomes.set(signal, decision.kind === "early" ? early(`too soon in ${booking.state}`) : DONE);
      }
    }
    const applied = await deps.bookings.apply(steps);
    for (const step of steps) {
      if (!applied.has(step.signal.eventId)) continue;
      outcomes.set(step.signal, DONE);
      tell(deps.logger, step);
    }
    // The steps are durable: if this fails, the same signals are found consumed, and the sweeper sends.
    await relay(deps, [...applied.values()].flat());
    open = open.filter((signal) => !outcomes.has(signal));
  }
  return signals.map((signal) => outcomes.get(signal) ?? early("the booking is being moved by others"));
}

/** An alert is an error in the log: of a booking that has waited for longer than any hop takes, or in vain. */
function tell(logger: Logger, { signal, from, next, step }: Advance): void {
  const { bookingId, input } = signal;
  const isReask = input === "deadline" && next.state === from.state;
  const isAlert = isReask && (isStuck(next) || needsPerson(next));
  const fields = { bookingId, input, state: next.state, detail: step.detail };
  logger[isAlert ? "error" : isReask ? "warn" : "info"](
    isAlert ? "booking is stuck" : "booking step",
    fields,
  );
}

const early = (detail: string): Outcome => ({ kind: "early", detail });
