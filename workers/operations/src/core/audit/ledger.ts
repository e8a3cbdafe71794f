import type { Rebuilt } from "#durable-objects/seat-map/core/rebuild.ts";
import type { SeatsFacts } from "#shared/rpc/audit/inventory.ts";
import type { Finding } from "./page.ts";

/** In the order of the two bits that a seat has in the packed view. */
const STATUSES = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"] as const;

/** The most seats that a finding names. */
const NAMED = 5;

const found = (eventId: string, check: string, detail: string): Finding => ({
  ...{ check, bookingId: null, eventId, detail, mend: null, subject: eventId },
});

/** The chain holds from the first entry on, and reaches where the map was. */
export function ledgerBroken(eventId: string, { broken, head }: Rebuilt, seq: number): Finding[] {
  if (broken) {
    const detail = `the row at ${broken.firstSeq} does not follow entry ${broken.afterSeq}`;
    return [found(eventId, "ledger-broken", detail)];
  }
  if (head.seq >= seq) return [];
  return [found(eventId, "ledger-broken", `ends at entry ${head.seq}, and the map is at ${seq}`)];
}

/** The ledger, replayed, gives the map that buyers see. @param live the map at the entry that was rebuilt */
export function ledgerDiffers(eventId: string, { map }: Rebuilt, live: SeatsFacts): Finding[] {
  if (!map?.places || map.seq !== live.seq) return [];
  const rebuilt = new Map(map.places.map(({ id, status }) => [id, status]));
  const different = live.seatIds.filter((id, n) => rebuilt.get(id) !== statusAt(live.packed, n));
  const details = different.slice(0, NAMED).map((id) => `${id} is ${rebuilt.get(id) ?? "unknown"} by it`);
  for (const { name, available } of live.generalAdmission) {
    const free = map.places.filter(({ id, status }) => isOf(id, name) && status === "AVAILABLE").length;
    if (free !== available) details.push(`${name} has ${free} free places by it, not ${available}`);
  }
  if (details.length === 0) return [];
  const more = different.length > NAMED ? ` and ${different.length - NAMED} more` : "";
  return [found(eventId, "ledger-differs", `at entry ${live.seq}: ${details.join(", ")}${more}`)];
}

/** The ledger cannot be read at all: its entries are none that a map makes. */
export const ledgerUnreadable = (eventId: string, why: string): Finding =>
  found(eventId, "ledger-broken", why);

const statusAt = (packed: Uint8Array, n: number) => STATUSES[(packed[n >> 2]! >> ((n & 3) * 2)) & 3];

const isOf = (id: string, area: string): boolean =>
  id.startsWith(`ga:${area}:`) && /^\d+$/.test(id.slice(`ga:${area}:`.length));
