import { Unavailable } from "#shared/errors/problem.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { InventoryDeps } from "./deps.ts";

/** Decisions are kept until this long after the event: chargebacks and questions come late. */
const KEPT_AFTER_EVENT_MS = 30 * 86_400_000;

/** Opens an event's SeatMap with its plan, or brings it up to the plan as it is now; idempotent. */
export async function openSeatMap(deps: InventoryDeps, eventId: string): Promise<Outcome> {
  const seating = await ask("events", () => deps.events.seating(eventId));
  if (!seating) return { kind: "rejected", detail: "events knows no such event" };
  const endsAt = Date.parse(seating.endsAt);
  const { table, blockedSeatIds, seatingVersion: planVersion } = seating;
  const opened = await ask("seat map", () =>
    deps.seatMapOf(eventId).open({
      eventId,
      planVersion,
      seatIds: table.id,
      blockedSeatIds,
      generalAdmission: table.generalAdmission.map(({ name, capacity }) => ({ name, capacity })),
      decisionsKeptUntil: endsAt + KEPT_AFTER_EVENT_MS,
    }),
  );
  if (opened.outcome !== "OPEN") return { kind: "rejected", detail: opened.outcome };
  await deps.seatMaps.record({ eventId, planVersion, endsAt: new Date(endsAt) });
  return DONE;
}

async function ask<T>(backend: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw new Unavailable(backend, error);
  }
}
