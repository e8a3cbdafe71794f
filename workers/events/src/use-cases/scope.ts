import type { Identity } from "#shared/auth/roles.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { EventDocument, OwnerScope, VenueDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";

/** Part of the query, so that what is another's is never loaded. */
const scopeOf = ({ role, userId }: Identity): OwnerScope => (role === "ADMIN" ? {} : { organiserId: userId });

/**
 * A venue that the caller may change.
 * @throws Problem VENUE_NOT_FOUND, also for a foreign one
 */
export async function ownVenue(deps: EventsDeps, caller: Identity, id: string): Promise<VenueDocument> {
  const venue = await deps.store.venues.findOne({ _id: id, ...scopeOf(caller) });
  if (!venue) throw new Problem("VENUE_NOT_FOUND");
  return venue;
}

/**
 * An event that the caller may change, with its blocked seats.
 * @throws Problem EVENT_NOT_FOUND, also for a foreign one
 */
export async function ownEvent(deps: EventsDeps, caller: Identity, id: string): Promise<EventDocument> {
  const event = await deps.store.events.findWhole(id, scopeOf(caller));
  if (!event) throw new Problem("EVENT_NOT_FOUND");
  return event;
}

/** The venue of an event. Events are created in venues, and venues are never deleted. */
export async function venueOf(deps: EventsDeps, event: { venueId: string }): Promise<VenueDocument> {
  const venue = await deps.store.venues.findOne({ _id: event.venueId });
  if (!venue) throw new Error("an event without its venue");
  return venue;
}
