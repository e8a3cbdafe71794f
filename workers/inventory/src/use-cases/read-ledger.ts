import type { LedgerPage, LedgerRow, PlacesPage } from "#shared/rpc/inventory.ts";
import type { LedgerDeps } from "./deps.ts";

/** With the row that reaches it, and three bytes a character, far below the 32 MB of a call. */
const PAGE = { limit: 1_000, characters: 4_000_000 };

/**
 * Rows of an event's ledger from the one that holds entry `fromSeq` on: from the archive, then from the SeatMap what the
 * archive does not have yet.
 */
export async function readLedger(
  { ledger, seatMapOf, hasSeatMap }: LedgerDeps,
  eventId: string,
  fromSeq: number,
  limit: number,
): Promise<LedgerPage> {
  const archived = () => ledger.rows(eventId, fromSeq, { ...PAGE, limit: Math.min(limit, PAGE.limit) });
  const first = await archived();
  if (first.length > 0) return pageOf(first);
  // To ask a SeatMap is to make it.
  if (!(await hasSeatMap(eventId))) return pageOf([]);
  const kept = await seatMapOf(eventId).ledger(fromSeq, limit);
  const isGap = kept.length > 0 && kept[0]!.firstSeq > fromSeq;
  if (!isGap) return pageOf(kept);
  // Between the two looks, the rows went to the archive and left the map.
  const second = await archived();
  return pageOf(second.length > 0 ? second : kept);
}

/** The layout in which an event's rows are read. The archive has it too, should its SeatMap not wake. */
export async function readLayout(
  { ledger, seatMapOf, hasSeatMap }: LedgerDeps,
  eventId: string,
): Promise<string | null> {
  if (!(await hasSeatMap(eventId))) return null;
  try {
    return await seatMapOf(eventId).layout();
  } catch (error) {
    const archived = await ledger.layout(eventId);
    if (archived === null) throw error;
    return archived;
  }
}

/** The most places that are given at once: some 4 MB. */
const MAX_PLACES = 20_000;

/** Who has which place, of all that something has happened to, in the order of their ids. */
export async function readPlaces(
  { ledger }: Pick<LedgerDeps, "ledger">,
  eventId: string,
  afterPlaceId: string,
  limit: number,
): Promise<PlacesPage> {
  const most = Math.min(limit, MAX_PLACES);
  const page = await ledger.places(eventId, { placeId: afterPlaceId, limit: most });
  return { ...page, nextPlaceId: page.places.length < most ? null : page.places.at(-1)!.placeId };
}

function pageOf(rows: LedgerRow[]): LedgerPage {
  return { rows, nextSeq: rows.length > 0 ? rows.at(-1)!.lastSeq + 1 : null };
}
