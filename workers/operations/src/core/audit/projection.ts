import type { Rebuilt } from "#durable-objects/seat-map/core/rebuild.ts";
import type { LedgerHead, LedgerRow, ProjectedPlace } from "#shared/rpc/inventory.ts";
import type { Finding } from "./page.ts";
import { PROJECTED_AFTER_MS } from "./under-way.ts";

/** The most places that a finding names. */
const NAMED = 5;

const found = (eventId: string, check: string, detail: string): Finding => ({
  ...{ check, bookingId: null, eventId, detail, mend: "project", subject: eventId },
});

/** Inventory's places follow the map within moments. @param next the first row that is not projected, if there is one */
export function projectionBehind(
  eventId: string,
  { projectedSeq }: LedgerHead,
  next: LedgerRow | null,
  now: number,
): Finding[] {
  if (!next || next.at >= now - PROJECTED_AFTER_MS) return [];
  const since = new Date(next.at).toISOString();
  return [found(eventId, "projection-behind", `is at entry ${projectedSeq}; the next one is of ${since}`)];
}

/** Inventory's places are those that the ledger gives. What changed after the entry that was rebuilt is left out. */
export function projectionDiffers(
  eventId: string,
  { map }: Rebuilt,
  projectedSeq: number,
  projected: readonly ProjectedPlace[],
): Finding[] {
  if (!map?.places || map.seq !== projectedSeq) return [];
  const theirs = new Map(projected.map((place) => [place.placeId, place]));
  const different = map.places.filter(({ id, status, owner }) => {
    const place = theirs.get(id);
    if (!place) return status !== "AVAILABLE";
    if (place.seq > projectedSeq) return false;
    return place.status !== status || place.owner?.id !== owner?.id;
  });
  const known = new Set(map.places.map(({ id }) => id));
  const strange = projected.filter(({ placeId, seq }) => seq <= projectedSeq && !known.has(placeId));
  const details = [
    ...different.map(({ id, status }) => `${id} is ${nameOf(theirs.get(id))}, and ${status} by the ledger`),
    ...strange.map(({ placeId }) => `${placeId} is no place of the ledger`),
  ];
  if (details.length === 0) return [];
  const more = details.length > NAMED ? ` and ${details.length - NAMED} more` : "";
  const named = details.slice(0, NAMED).join(", ");
  return [found(eventId, "projection-differs", `at entry ${projectedSeq}: ${named}${more}`)];
}

const nameOf = (place: ProjectedPlace | undefined): string =>
  place ? [place.status, place.owner?.id].filter(Boolean).join(" of ") : "not there";
