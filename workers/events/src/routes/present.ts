import { statusOf } from "../core/standing.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { Found } from "../use-cases/find-events.ts";

export function presentVenue(venue: VenueDocument) {
  const { _id, plan, createdAt, organiserId, name, address, city, country, capacity, timeZone } = venue;
  return {
    ...{ id: _id, organiserId, name, address, city, country, capacity, timeZone },
    planVersion: plan?.version ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** @param now epoch ms, by which an event may be over */
export function presentSummary({ event, venue }: Found, now: number) {
  const { _id, organiserId, name, description, category, imageUrl, planVersion, currency } = event;
  return {
    ...{ id: _id, organiserId, name, description, category, imageUrl, planVersion, currency },
    status: statusOf(event, now),
    version: event.rev,
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt.toISOString(),
    onSaleAt: event.onSaleAt?.toISOString() ?? null,
    timeZone: venue.timeZone,
    ticketTiers: event.tiers,
    venueId: venue._id,
    venueName: venue.name,
    city: venue.city,
  };
}

export function presentEvent(found: Found, now: number) {
  return { ...presentSummary(found, now), venue: presentVenue(found.venue) };
}
