import { getEventRoute, listEventsRoute, trendingEventsRoute } from "#shared/contracts/events.ts";
import { seatPlanRoute, seatsRoute } from "#shared/contracts/inventory.ts";
import { getPlanRoute, getVenueRoute } from "#shared/contracts/venues.ts";
import { LISTS, PAGES, pageOf, type Scope, venueOf } from "#shared/edge/scopes.ts";

/** What the edge keeps of a route's answers. */
export interface EdgeRule {
  /** An answer is never older, wherever it was kept and whatever of a change was lost on the way. */
  keptMs: number;
  /** @param id the id in the path */
  scopes(id: string): Scope[];
  /** False for what hardly anybody else asks for: it would only push out what others do. */
  keeps?(query: Record<string, unknown>): boolean;
  /** Whether every answer is some kilobytes, so that isolates may remember it. */
  isSmall?: true;
  /** Looked at from here, it counts as looked at. */
  countsViews?: true;
}

/** Where a change cannot be told: in every other data centre. Twice what browsers keep a list for. */
const CATALOGUE_MS = 10_000;

/** A map is for display: who gets a seat is decided by the SeatMap, and "taken" a second late costs nobody a seat. */
const LIVE_MS = 1_000;

/** A version of a plan never changes; after a day it is asked for again, so that what nobody wants is let go. */
const FOR_GOOD_MS = 86_400_000;

/** Lists further down are asked for by programs. */
const MAX_KEPT_PAGE = 20;

const isBrowsing = ({ q, from, to, page }: Record<string, unknown>): boolean =>
  !q && !from && !to && Number(page) <= MAX_KEPT_PAGE;

const RULES = new Map<string, EdgeRule>([
  [
    listEventsRoute.operationId,
    { keptMs: CATALOGUE_MS, scopes: () => [LISTS], keeps: isBrowsing, isSmall: true },
  ],
  [trendingEventsRoute.operationId, { keptMs: CATALOGUE_MS, scopes: () => [LISTS], isSmall: true }],
  [
    getEventRoute.operationId,
    { keptMs: CATALOGUE_MS, scopes: (id) => [PAGES, pageOf(id)], countsViews: true, isSmall: true },
  ],
  [getVenueRoute.operationId, { keptMs: CATALOGUE_MS, scopes: (id) => [venueOf(id)], isSmall: true }],
  [getPlanRoute.operationId, { keptMs: CATALOGUE_MS, scopes: (id) => [venueOf(id)] }],
  // Only under its version it is an answer; without one it leads to it.
  [seatPlanRoute.operationId, { keptMs: FOR_GOOD_MS, scopes: () => [], keeps: ({ v }) => v !== undefined }],
  [seatsRoute.operationId, { keptMs: LIVE_MS, scopes: () => [] }],
]);

/** @returns undefined for a route of which nothing is kept */
export const edgeRuleOf = ({ operationId }: { operationId?: string }): EdgeRule | undefined =>
  operationId === undefined ? undefined : RULES.get(operationId);
