import type { SeatResult } from "#durable-objects/seat-map/rpc.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, dispatch, type HandlerTable, type Outcome } from "#shared/saga/handlers.ts";
import type { InventoryDeps } from "../use-cases/deps.ts";
import { openSeatMap } from "../use-cases/open-seat-map.ts";
import { onBookingInitiated } from "./on-booking-initiated.ts";
import { onEventCreated } from "./on-event-created.ts";
import { onSeatsConfirm } from "./on-seats-confirm.ts";
import { onSeatsRelease } from "./on-seats-release.ts";
import type { InventoryWork } from "./work.ts";

const handlers: HandlerTable<"inventory", InventoryWork> = {
  "event.created": onEventCreated,
  "booking.initiated": onBookingInitiated,
  "seats.confirm": onSeatsConfirm,
  "seats.release": onSeatsRelease,
};

type Command = Extract<InventoryWork, { kind: "command" }> & { index: number };

/** Handles messages of different keys: the commands for one event reach its SeatMap in one call. */
export async function handleBatch(deps: InventoryDeps, batch: Envelope[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = batch.map(() => DONE);
  const commandsOf = new Map<string, Command[]>();
  for (const [index, message] of batch.entries()) {
    const work = dispatch<"inventory", InventoryWork>(handlers, message);
    if (work.kind === "open") outcomes[index] = await openSeatMap(deps, work.eventId);
    else commandsOf.set(work.eventId, [...(commandsOf.get(work.eventId) ?? []), { ...work, index }]);
  }
  await Promise.all(
    [...commandsOf].map(async ([eventId, commands]) => {
      const results = await apply(deps, eventId, commands);
      for (const [n, { index }] of commands.entries()) outcomes[index] = outcomeOf(results[n]!);
    }),
  );
  return outcomes;
}

async function apply(deps: InventoryDeps, eventId: string, commands: Command[]): Promise<SeatResult[]> {
  try {
    return await deps.seatMapOf(eventId).apply(commands.map(({ command }) => command));
  } catch (error) {
    // The object was evicted, aborted, or could not publish: what it decided is kept, so asking again is safe.
    throw new Unavailable("seat map", error);
  }
}

function outcomeOf(result: SeatResult): Outcome {
  switch (result.outcome) {
    case "NOT_OPEN":
      return { kind: "early", detail: "the event's seat map is not open yet" };
    case "NOT_OWNER":
    case "FULL":
      return { kind: "rejected", detail: result.outcome };
    case "INVALID":
      return { kind: "rejected", detail: result.problem };
    default:
      return DONE;
  }
}
