import { Problem } from "#shared/errors/problem.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { EventQuery } from "../repositories/upcoming.ts";
import type { EventsDeps } from "./deps.ts";

/** Upcoming events by date, with their venues. */
export async function findEvents(deps: EventsDeps, query: EventQuery) {
  const { events, total } = await deps.store.upcoming(query, deps.clock());
  const venueIds = [...new Set(events.map((event) => event.venueId))];
  const venues = await deps.store.venues.find({ _id: { $in: venueIds } }, { limit: query.perPage });
  const venueOf = new Map(venues.map((venue) => [venue._id, venue]));
  return { found: events.map((event) => ({ event, venue: required(venueOf.get(event.venueId)) })), total };
}

/** @throws Problem EVENT_NOT_FOUND */
export async function findEvent(deps: EventsDeps, id: string) {
  const event = await deps.store.events.findOne({ _id: id });
  if (!event) throw new Problem("EVENT_NOT_FOUND");
  return { event, venue: required(await deps.store.venues.findOne({ _id: event.venueId })) };
}

/** Events are created in venues, and venues are never deleted. */
function required(venue: VenueDocument | null | undefined): VenueDocument {
  if (!venue) throw new Error("an event without its venue");
  return venue;
}
