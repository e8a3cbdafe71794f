import type { QuoteLine, Seating } from "#shared/rpc/events.ts";

/** Made once for each reading of an event's plan. */
const indexes = new WeakMap<Seating, Map<string, number>>();

/** Places of areas have ids of this form. */
const AREA_PLACE = /^ga:([^:]+):\d+$/;

/** The areas among places, with how many places of each. */
export function areasOf(placeIds: readonly string[]): { name: string; quantity: number }[] {
  const counts = new Map<string, number>();
  for (const id of placeIds) {
    const name = AREA_PLACE.exec(id)?.[1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, quantity]) => ({ name, quantity }));
}

export const seatsOf = (placeIds: readonly string[]): string[] =>
  placeIds.filter((id) => !AREA_PLACE.test(id));

/** Places with their prices, for display. A place that the plan lacks has none. */
export function linesOf(seating: Seating, placeIds: readonly string[]): QuoteLine[] {
  const { table, tiers } = seating;
  const indexOf = indexes.get(seating) ?? new Map(table.id.map((id, n) => [id, n]));
  indexes.set(seating, indexOf);
  const seats = seatsOf(placeIds).flatMap((seatId): QuoteLine[] => {
    const seat = indexOf.get(seatId);
    if (seat === undefined) return [];
    const label = [table.section[seat], table.row[seat], table.number[seat]].filter(Boolean).join(" · ");
    return [{ seatId, label, quantity: 1, ...tiers[table.categoryIndex[seat]!]! }];
  });
  const areas = areasOf(placeIds).flatMap(({ name, quantity }): QuoteLine[] => {
    const area = table.generalAdmission.find((one) => one.name === name);
    return area ? [{ seatId: null, label: name, quantity, ...tiers[area.categoryIndex]! }] : [];
  });
  return [...seats, ...areas];
}
