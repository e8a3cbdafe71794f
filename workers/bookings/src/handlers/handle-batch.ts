import type { ConsumedBy } from "#shared/saga/declaration.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { type BookingTopic, signalOf } from "../core/input.ts";
import { applySignals } from "../use-cases/apply-signals.ts";
import type { BookingsDeps } from "../use-cases/deps.ts";
import { onEventCancelled } from "./on-event-cancelled.ts";
import { onEventUpdated } from "./on-event-updated.ts";

type EventTopic = Exclude<ConsumedBy<"bookings">, BookingTopic>;

/** One handler for each topic that speaks of an event: a missing one does not compile. */
const eventHandlers: {
  [T in EventTopic]: (deps: BookingsDeps, message: Envelope<T>) => Promise<Outcome>;
} = {
  "event.updated": onEventUpdated,
  "event.cancelled": onEventCancelled,
};

/** Handles messages of different keys: all that speak of a booking together, those that speak of an event in turn. */
export async function handleBatch(deps: BookingsDeps, batch: Envelope[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const ofBookings: { index: number; message: Envelope }[] = [];
  for (const [index, message] of batch.entries()) {
    if (!Object.hasOwn(eventHandlers, message.type)) ofBookings.push({ index, message });
    else {
      const handle = eventHandlers[message.type as EventTopic] as (
        deps: BookingsDeps,
        message: Envelope,
      ) => Promise<Outcome>;
      outcomes[index] = await handle(deps, message);
    }
  }
  const signals = ofBookings.map(({ message }) => signalOf(message));
  for (const [n, outcome] of (await applySignals(deps, signals)).entries()) {
    outcomes[ofBookings[n]!.index] = outcome;
  }
  return outcomes;
}
