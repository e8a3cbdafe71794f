import type { SeatResult } from "#durable-objects/seat-map/rpc.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import { type Envelope, toMessage } from "#shared/saga/envelope.ts";
import { DONE, dispatch, type HandlerTable, type Outcome } from "#shared/saga/handlers.ts";
import { answerOfFullMap } from "../use-cases/answers.ts";
import { closeSeatMap } from "../use-cases/close-seat-map.ts";
import type { InventoryDeps } from "../use-cases/deps.ts";
import { openSeatMap } from "../use-cases/open-seat-map.ts";
import { onBookingCancelled } from "./on-booking-cancelled.ts";
import { onBookingInitiated } from "./on-booking-initiated.ts";
import { onEventCancelled } from "./on-event-cancelled.ts";
import { onEventCreated } from "./on-event-created.ts";
import { onEventUpdated } from "./on-event-updated.ts";
import { onSeatsConfirm } from "./on-seats-confirm.ts";
import { onSeatsRelease } from "./on-seats-release.ts";
import type { InventoryWork, SagaCommand } from "./work.ts";

const handlers: HandlerTable<"inventory", InventoryWork> = {
  "event.created": onEventCreated,
  "event.updated": onEventUpdated,
  "event.cancelled": onEventCancelled,
  "booking.initiated": onBookingInitiated,
  "seats.confirm": onSeatsConfirm,
  "seats.release": onSeatsRelease,
  "booking.cancelled": onBookingCancelled,
};

type Command = Extract<InventoryWork, { kind: "command" }>;

/**
 * Handles messages of different keys: the commands for one event reach its SeatMap in one call. What is
 * unavailable for one event is so for its messages alone.
 */
export async function handleBatch(deps: InventoryDeps, batch: Envelope[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = batch.map(() => DONE);
  const commandsOf = new Map<string, { index: number; work: Command }[]>();
  for (const [index, message] of batch.entries()) {
    const work = dispatch<"inventory", InventoryWork>(handlers, message);
    if (work.kind !== "command") outcomes[index] = await tend(deps, work);
    else commandsOf.set(work.eventId, [...(commandsOf.get(work.eventId) ?? []), { index, work }]);
  }
  await Promise.all(
    [...commandsOf].map(async ([eventId, found]) => {
      const commands = found.map(({ work }) => work.command);
      const answers = await command(deps, eventId, commands);
      for (const [n, { index }] of found.entries()) outcomes[index] = answers[n]!;
    }),
  );
  return outcomes;
}

/** Opens, changes or closes a map: what concerns the event as a whole. */
async function tend(
  deps: InventoryDeps,
  { kind, eventId }: Exclude<InventoryWork, Command>,
): Promise<Outcome> {
  try {
    return kind === "open" ? await openSeatMap(deps, eventId) : await closeSeatMap(deps, eventId);
  } catch (error) {
    if (error instanceof Unavailable) return unavailable(error);
    throw error;
  }
}

async function command(deps: InventoryDeps, eventId: string, commands: SagaCommand[]): Promise<Outcome[]> {
  try {
    const results = await deps.seatMapOf(eventId).apply(commands);
    const unknown = commands.filter((_, n) => results[n]!.outcome === "FULL");
    const answers = unknown.map((one) => toMessage(answerOfFullMap(eventId, one, deps.clock())));
    if (answers.length > 0) await deps.send(answers);
    return results.map(outcomeOf);
  } catch (error) {
    // The object was evicted, aborted, or could not publish: what it decided is kept, so asking again is safe.
    return commands.map(() => unavailable(error));
  }
}

const unavailable = (error: unknown): Outcome => ({ kind: "unavailable", detail: describeError(error) });

/** What a SeatMap answers is told by the SeatMap itself, except where it stores nothing. */
function outcomeOf(result: SeatResult): Outcome {
  switch (result.outcome) {
    case "NOT_OPEN":
      return { kind: "early", detail: "the event's seat map is not open yet" };
    // Neither can come of what bookings sends. A person should see it; the booking fails by its deadline.
    case "NOT_OWNER":
      return { kind: "rejected", detail: result.outcome };
    case "INVALID":
      return { kind: "rejected", detail: result.problem };
    default:
      return DONE;
  }
}
