import { Problem } from "#shared/errors/problem.ts";
import type { Seating } from "#shared/rpc/events.ts";
import type { InventoryDeps } from "./deps.ts";

/** How long the static half of a map is used before events is asked again: prices change seldom. */
const FRESH_MS = 30_000;

/** Events is asked again for a version that is not known, but so often in vain: the version may be made up. */
const IN_VAIN_MS = 1_000;

/** How many events' static halves an isolate keeps. */
const KEPT = 4;

interface Kept {
  seating: Seating;
  readAt: number;
  /** When a version was asked for last that was not there. */
  inVainAt: number;
}

const kept = new Map<string, Kept>();

/**
 * What an event's map is made of, and at what prices: from events, or as it was up to 30 s ago.
 * @param isStale says of what is known that there is a newer one
 * @throws Problem EVENT_NOT_FOUND
 */
export async function staticHalf(
  deps: InventoryDeps,
  eventId: string,
  isStale: (seating: Seating) => boolean = () => false,
): Promise<Seating> {
  const known = kept.get(eventId);
  if (known && deps.clock() - known.readAt < FRESH_MS && !isStale(known.seating)) return known.seating;
  return (await read(deps, eventId)).seating;
}

/**
 * The static half, for somebody who has heard of a version of the event.
 * @throws Problem EVENT_NOT_FOUND
 */
export async function staticHalfOf(deps: InventoryDeps, eventId: string, version: number): Promise<Seating> {
  const seating = await staticHalf(deps, eventId);
  const known = kept.get(eventId);
  if (version <= seating.eventVersion) return seating;
  if (known && deps.clock() - known.inVainAt < IN_VAIN_MS) return seating;
  const now = await read(deps, eventId);
  if (version > now.seating.eventVersion) now.inVainAt = deps.clock();
  return now.seating;
}

async function read(deps: InventoryDeps, eventId: string): Promise<Kept> {
  const seating = await deps.events.seating(eventId);
  if (!seating) throw new Problem("EVENT_NOT_FOUND");
  const entry = { seating, readAt: deps.clock(), inVainAt: Number.NEGATIVE_INFINITY };
  kept.delete(eventId);
  kept.set(eventId, entry);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return entry;
}
