import type { SeatChanges } from "#durable-objects/seat-map/rpc.ts";
import type { InventoryDeps } from "./deps.ts";
import { staticHalf } from "./static-half.ts";

/** Where a reader stands: an entry of the map's log, and the epoch in which it was read. */
export interface Since {
  epoch: number;
  seq: number;
}

/**
 * What has changed of an event's seats since; null where that cannot be told, so that the whole map must be read: it is
 * too long ago, or the order of the seats is another one, here or there.
 * @throws Problem EVENT_NOT_FOUND
 */
export async function readChanges(
  deps: InventoryDeps,
  eventId: string,
  { epoch, seq }: Since,
): Promise<SeatChanges | null> {
  const [seating, changes] = await Promise.all([
    staticHalf(deps, eventId),
    deps.seatMapOf(eventId).changes(epoch, seq),
  ]);
  // A map that has not heard of the newest plan yet counts its seats in the order of the one before.
  return changes?.planVersion === seating.seatingVersion ? changes : null;
}
