import { envelope, type OutgoingMessage, toMessage } from "#shared/saga/envelope.ts";
import type { SeatTable } from "#shared/seating-plan/seat-table.ts";
import type { EventDocument, VenueDocument } from "../repositories/documents.ts";

/** When, and in which trace. */
interface At {
  now: number;
  traceparent: string;
}

/** An event that others hear of for the first time: it is on sale. */
export function created(event: Omit<EventDocument, "outbox">, table: SeatTable, at: At): OutgoingMessage {
  const generalAdmission = table.generalAdmission.reduce((sum, area) => sum + area.capacity, 0);
  const payload = {
    eventId: event._id,
    organiserId: event.organiserId,
    name: event.name,
    venueId: event.venueId,
    startsAt: event.startsAt.toISOString(),
    totalSeats: table.count + generalAdmission,
    ticketTiers: event.tiers.map(({ tier, price, currency }) => ({ tier, price, currency })),
    planVersion: event.planVersion,
  };
  return toMessage(envelope("event.created", event._id, payload, at));
}

/** @param event as it is after the change, with its new `rev` */
export function updated(
  event: Pick<EventDocument, "_id" | "rev" | "name" | "startsAt" | "planVersion">,
  changed: string[],
  venue: VenueDocument,
  at: At,
): OutgoingMessage {
  const { _id: eventId, rev: version, name, planVersion } = event;
  const startsAt = event.startsAt.toISOString();
  const payload = { eventId, version, changed, name, startsAt, venueName: venue.name, planVersion };
  return toMessage(envelope("event.updated", `${eventId}:${version}`, payload, at));
}

export function cancelled(
  event: Pick<EventDocument, "_id" | "organiserId">,
  { reason, cancelledAt }: NonNullable<EventDocument["cancellation"]>,
  at: At,
): OutgoingMessage {
  const { _id: eventId, organiserId } = event;
  const payload = { eventId, organiserId, reason, cancelledAt: cancelledAt.toISOString() };
  return toMessage(envelope("event.cancelled", eventId, payload, at));
}
