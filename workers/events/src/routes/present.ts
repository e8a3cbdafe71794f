import type { EventDocument, VenueDocument } from "../repositories/documents.ts";

export function presentVenue(venue: VenueDocument) {
  const { _id, plan, createdAt, organiserId, name, address, city, country, capacity, timeZone } = venue;
  return {
    ...{ id: _id, organiserId, name, address, city, country, capacity, timeZone },
    planVersion: plan?.version ?? null,
    createdAt: createdAt.toISOString(),
  };
}

export function presentSummary(event: EventDocument, venue: VenueDocument) {
  const { _id, organiserId, name, description, category, imageUrl, status, planVersion, currency } = event;
  return {
    ...{ id: _id, organiserId, name, description, category, imageUrl, status, planVersion, currency },
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

export function presentEvent(event: EventDocument, venue: VenueDocument) {
  return { ...presentSummary(event, venue), venue: presentVenue(venue) };
}
