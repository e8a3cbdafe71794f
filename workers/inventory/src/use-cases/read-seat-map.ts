import type { SeatMapView } from "#durable-objects/seat-map/rpc.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { Seating } from "#shared/rpc/events.ts";
import { seatState } from "#shared/seats/packed.ts";
import type { InventoryDeps } from "./deps.ts";
import { staticHalf } from "./static-half.ts";

/** A seat's status in two bits, as the packed view has it. */
const BLOCKED = 3;

export interface SeatMapReading {
  seating: Seating;
  view: SeatMapView;
  /** The status of each seat, in the order of the seating's table: an index into SEAT_STATUSES. */
  statuses: Uint8Array;
  /** Changes whenever the answer does. */
  etag: string;
}

/**
 * The seat map of an event: what is there, from events, and what is free, from its SeatMap.
 * @throws Problem EVENT_NOT_FOUND
 */
export async function readSeatMap(deps: InventoryDeps, eventId: string): Promise<SeatMapReading> {
  let seating = await staticHalf(deps, eventId);
  const view = await deps.seatMapOf(eventId).view();
  // The map opens a moment after the event is created.
  if (view.planVersion === 0)
    throw new Problem("EVENT_NOT_FOUND", "The seats of this event are not ready yet");
  if (view.planVersion > seating.seatingVersion) {
    seating = await staticHalf(deps, eventId, () => true);
  }
  if (view.planVersion === seating.seatingVersion) {
    const statuses = new Uint8Array(seating.table.count);
    for (let n = 0; n < statuses.length; n++) statuses[n] = seatState(view.packed, n);
    return { seating, view, statuses, etag: etagOf(seating, view) };
  }
  return betweenPlans(deps, seating);
}

/**
 * The event has a newer plan than its map, which hears of it shortly. What the map does not have yet cannot be
 * had: it shows as blocked.
 */
async function betweenPlans(deps: InventoryDeps, seating: Seating): Promise<SeatMapReading> {
  const view = await deps.seatMapOf(seating.eventId).viewWithIds();
  const places = new Map(view.seatIds.map((id, n) => [id, n]));
  const statuses = Uint8Array.from(seating.table.id, (id) => {
    const place = places.get(id);
    return place === undefined ? BLOCKED : seatState(view.packed, place);
  });
  return { seating, view, statuses, etag: etagOf(seating, view) };
}

const etagOf = ({ eventVersion }: Seating, { planVersion, epoch, seq }: SeatMapView): string =>
  `${eventVersion}-${planVersion}-${epoch}-${seq}`;
