import type { z } from "@hono/zod-openapi";
import type { Filter } from "mongodb";
import type { listEventsRoute } from "#shared/contracts/events.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { EventDocument, VenueDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";

type EventQuery = z.infer<(typeof listEventsRoute)["request"]["query"]>;

/** Upcoming events by date, with their venues. */
export async function findEvents(deps: EventsDeps, query: EventQuery) {
  const filter = filterOf(query, deps.clock());
  const { page, perPage } = query;
  const [events, total] = await Promise.all([
    deps.store.events.find(filter, {
      sort: { startsAt: 1, _id: 1 },
      skip: (page - 1) * perPage,
      limit: perPage,
    }),
    deps.store.events.count(filter),
  ]);
  const venueIds = [...new Set(events.map((event) => event.venueId))];
  const venues = await deps.store.venues.find({ _id: { $in: venueIds } }, { limit: perPage });
  const venueOf = new Map(venues.map((venue) => [venue._id, venue]));
  return { found: events.map((event) => ({ event, venue: required(venueOf.get(event.venueId)) })), total };
}

/** @throws Problem EVENT_NOT_FOUND */
export async function findEvent(deps: EventsDeps, id: string) {
  const event = await deps.store.events.findOne({ _id: id });
  if (!event) throw new Problem("EVENT_NOT_FOUND");
  return { event, venue: required(await deps.store.venues.findOne({ _id: event.venueId })) };
}

function filterOf(query: EventQuery, now: number): Filter<EventDocument> {
  const from = query.from ? Math.max(now, Date.parse(query.from)) : now;
  const words = query.q && new RegExp(escapeRegExp(query.q), "i");
  return {
    status: "ON_SALE",
    startsAt: { $gte: new Date(from), ...(query.to ? { $lte: new Date(query.to) } : {}) },
    ...(query.venueId ? { venueId: query.venueId } : {}),
    ...(query.category ? { category: query.category } : {}),
    ...(words ? { $or: [{ name: words }, { description: words }] } : {}),
  };
}

/** What a buyer typed is looked for as it stands, and is no pattern. */
const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Events are created in venues, and venues are never deleted. */
function required(venue: VenueDocument | null | undefined): VenueDocument {
  if (!venue) throw new Error("an event without its venue");
  return venue;
}
