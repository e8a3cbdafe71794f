import type { z } from "@hono/zod-openapi";
import type { Filter } from "mongodb";
import type { listEventsRoute } from "#shared/contracts/events.ts";
import type { EventDocument } from "./documents.ts";

export type EventQuery = z.infer<(typeof listEventsRoute)["request"]["query"]>;

/**
 * Events on sale that begin after `now` (epoch ms) and fit the query. The index by date narrows it to what is to come;
 * a text is then looked for in each of those.
 */
export function upcomingFilter(query: EventQuery, now: number): Filter<EventDocument> {
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

/** What a buyer typed is looked for as it stands, and is no pattern. A pattern's text ends in BSON at its first NUL. */
const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\0", "\\x00");
