import type { SeatMapView } from "#durable-objects/seat-map/rpc.ts";
import { SEAT_STATUSES } from "#shared/contracts/inventory.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { Seating } from "#shared/rpc/events.ts";
import type { InventoryDeps } from "./deps.ts";

/** How long the static half of a map is used before events is asked again: prices change seldom. */
const STATIC_FRESH_MS = 30_000;

/** How many events' static halves an isolate keeps. */
const KEPT = 4;

const kept = new Map<string, { seating: Seating; readAt: number }>();

export interface SeatMapReading {
  seating: Seating;
  view: SeatMapView;
  /** Changes whenever the answer does. */
  etag: string;
}

/**
 * The seat map of an event: what is there, from events, and what is free, from its SeatMap.
 * @throws Problem EVENT_NOT_FOUND
 */
export async function readSeatMap(deps: InventoryDeps, eventId: string): Promise<SeatMapReading> {
  const seating = await staticHalf(deps, eventId);
  const view = await deps.seatMapOf(eventId).view();
  // The map opens a moment after the event is created.
  if (view.planVersion === 0)
    throw new Problem("EVENT_NOT_FOUND", "The seats of this event are not ready yet");
  return { seating, view, etag: `"${view.planVersion}-${view.epoch}-${view.seq}"` };
}

async function staticHalf(deps: InventoryDeps, eventId: string): Promise<Seating> {
  const known = kept.get(eventId);
  if (known && deps.clock() - known.readAt < STATIC_FRESH_MS) return known.seating;
  const seating = await deps.events.seating(eventId);
  if (!seating) throw new Problem("EVENT_NOT_FOUND");
  kept.delete(eventId);
  kept.set(eventId, { seating, readAt: deps.clock() });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return seating;
}

/** The reading as the public JSON. */
export function presentSeatMap({ seating, view }: SeatMapReading) {
  const { table, tiers, currency } = seating;
  const counts = [0, 0, 0, 0];
  const seats = table.id.map((id, index) => {
    const status = (view.packed[index >> 2]! >> ((index & 3) * 2)) & 3;
    counts[status]! += 1;
    const { tier, price } = tiers[table.categoryIndex[index]!]!;
    return {
      id,
      section: table.section[index]!,
      row: table.row[index]!,
      number: table.number[index]!,
      tier,
      price,
      currency,
      status: SEAT_STATUSES[status]!,
      ...(table.accessible[index] ? { accessible: true } : {}),
      ...(table.companion[index] ? { companion: true } : {}),
    };
  });
  const generalAdmission = view.generalAdmission.map(({ name, capacity, available }) => {
    const area = table.generalAdmission.find((one) => one.name === name);
    return { name, ...tiers[area?.categoryIndex ?? 0]!, currency, capacity, available };
  });
  const [available, locked, reserved, blocked] = counts as [number, number, number, number];
  const summary = { total: seats.length, available, locked, reserved, blocked };
  return { eventId: seating.eventId, seats, generalAdmission, summary };
}
