import type { z } from "@hono/zod-openapi";
import type { Filter } from "mongodb";
import type { Collection } from "#durable-objects/document-pool/client.ts";
import type { listEventsRoute } from "#shared/contracts/events.ts";
import type { EventDocument } from "./documents.ts";

export type EventQuery = z.infer<(typeof listEventsRoute)["request"]["query"]>;

/** One page of the events on sale that begin after `now` (epoch ms), by date, and how many there are in all. */
export type Upcoming = (
  query: EventQuery,
  now: number,
) => Promise<{ events: EventDocument[]; total: number }>;

export function mongoUpcoming(collection: Collection<EventDocument>): Upcoming {
  return async (query, now) => {
    const filter = filterOf(query, now);
    const { page, perPage } = query;
    const [events, total] = await Promise.all([
      collection.find(filter, {
        sort: { startsAt: 1, _id: 1 },
        skip: (page - 1) * perPage,
        limit: perPage,
      }),
      collection.count(filter),
    ]);
    return { events, total };
  };
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
