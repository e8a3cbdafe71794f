import type { PlaceAt } from "#durable-objects/seat-map/core/rebuild.ts";
import type { Owner } from "#durable-objects/seat-map/rpc.ts";

/** Whoever had places then, with them. One owner's places are all in one state. */
export interface OwnerAt extends Owner {
  status: PlaceAt["status"];
  seatIds: string[];
}

/** How many places were in which state. */
export function summaryOf(places: readonly PlaceAt[]) {
  const count = (wanted: PlaceAt["status"]) => places.filter(({ status }) => status === wanted).length;
  return {
    total: places.length,
    available: count("AVAILABLE"),
    locked: count("LOCKED"),
    reserved: count("RESERVED"),
    blocked: count("BLOCKED"),
  };
}

/** Who had places, in the order of their first ones. */
export function ownersOf(places: readonly PlaceAt[]): OwnerAt[] {
  const owners = new Map<string, OwnerAt>();
  for (const { id, status, owner } of places) {
    if (!owner) continue;
    const known = owners.get(owner.id);
    if (known) known.seatIds.push(id);
    else owners.set(owner.id, { ...owner, status, seatIds: [id] });
  }
  return [...owners.values()];
}
