import { Unavailable } from "#shared/errors/problem.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { InventoryDeps } from "./deps.ts";

/** Closes an event's SeatMap for good; what is held can still be reserved or freed. Idempotent. */
export async function closeSeatMap(deps: InventoryDeps, eventId: string): Promise<Outcome> {
  try {
    await deps.seatMapOf(eventId).close();
  } catch (error) {
    throw new Unavailable("seat map", error);
  }
  return DONE;
}
