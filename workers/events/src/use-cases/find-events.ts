import type { Identity } from "#shared/auth/roles.ts";
import { Problem } from "#shared/errors/problem.ts";
import { isOnSale, isPublic } from "../core/standing.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { EventFacts } from "../repositories/events.ts";
import type { EventQuery } from "../repositories/upcoming.ts";
import type { EventsDeps } from "./deps.ts";
import { ownEvent, venueOf } from "./scope.ts";

export interface Found {
  event: EventFacts;
  venue: VenueDocument;
}

/** Upcoming events by date, with their venues. */
export async function findEvents(deps: EventsDeps, query: EventQuery) {
  const { events, total } = await deps.store.events.upcoming(query, deps.clock());
  return { found: await withVenues(deps, events), total };
}

/** An event that everybody may see, or null. */
export async function findPublicEvent(deps: EventsDeps, id: string): Promise<Found | null> {
  const event = await deps.store.events.find(id);
  return event && isPublic(event) ? { event, venue: await venueOf(deps, event) } : null;
}

/**
 * An event of the caller's that nobody else may see.
 * @throws Problem EVENT_NOT_FOUND
 */
export async function findDraft(deps: EventsDeps, caller: Identity | null, id: string): Promise<Found> {
  if (!caller) throw new Problem("EVENT_NOT_FOUND");
  const event = await ownEvent(deps, caller, id);
  return { event, venue: await venueOf(deps, event) };
}

/** Trending events are looked for among so many that were looked at, for some are over. */
const CANDIDATES = 100;

/** What is wanted most among what can be had; the next ones by date where nobody knows what is wanted. */
export async function findTrending(deps: EventsDeps, limit: number) {
  const now = deps.clock();
  const ids = (await deps.views.top()).slice(0, CANDIDATES);
  const known = new Map((await deps.store.events.findMany(ids)).map((event) => [event._id, event]));
  const events = ids
    .flatMap((id) => known.get(id) ?? [])
    .filter((event) => isOnSale(event, now) && event.startsAt.getTime() > now)
    .slice(0, limit);
  if (events.length > 0) return { found: await withVenues(deps, events), source: "trending" as const };
  const { found } = await findEvents(deps, { page: 1, perPage: limit });
  return { found, source: "upcoming" as const };
}

async function withVenues(deps: EventsDeps, events: EventFacts[]): Promise<Found[]> {
  const venueIds = [...new Set(events.map((event) => event.venueId))];
  if (venueIds.length === 0) return [];
  const venues = await deps.store.venues.find({ _id: { $in: venueIds } }, { limit: venueIds.length });
  const venueOfEvent = new Map(venues.map((venue) => [venue._id, venue]));
  return events.map((event) => {
    const venue = venueOfEvent.get(event.venueId);
    if (!venue) throw new Error("an event without its venue");
    return { event, venue };
  });
}
