import type { Context } from "hono";
import { etag } from "hono/etag";
import { paginationOf } from "#shared/contracts/common.ts";
import { getEventRoute, listEventsRoute, trendingEventsRoute } from "#shared/contracts/events.ts";
import { LISTS, PAGES, pageOf } from "#shared/edge/scopes.ts";
import { serve } from "#shared/http/service-app.ts";
import type { EventQuery } from "../repositories/upcoming.ts";
import { findDraft, findEvents, findPublicEvent, findTrending } from "../use-cases/find-events.ts";
import { depsOf, type EventsApp } from "../wiring.ts";
import { presentEvent, presentSummary } from "./present.ts";

/** Everybody gets the same, so that whoever is in between may keep it, for a moment. */
const PUBLIC = "public, max-age=5, must-revalidate";
const PRIVATE = "private, no-store";

/** Reading events: what all may see comes out of the cache where it is there. */
export function serveEvents(app: EventsApp): void {
  for (const { path } of [listEventsRoute, trendingEventsRoute]) app.get(path, etag());
  app.get(getEventRoute.getRoutingPath(), etag());

  serve(app, listEventsRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const query = c.req.valid("query");
    const make = async () => {
      const { found, total } = await findEvents(deps, query);
      const data = found.map((one) => presentSummary(one, deps.clock()));
      return JSON.stringify({ data, pagination: paginationOf(query.page, query.perPage, total) });
    };
    const key = browsingKey(query);
    return answer(c, key === null ? await make() : await deps.cache.through([LISTS], key, make), PUBLIC);
  });

  serve(app, trendingEventsRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const { found, source } = await findTrending(deps, c.req.valid("query").limit);
    const data = found.map((one) => presentSummary(one, deps.clock()));
    return answer(c, JSON.stringify({ data, source }), PUBLIC);
  });

  serve(app, getEventRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const { id } = c.req.valid("param");
    const page = await deps.cache.through([PAGES, pageOf(id)], `page ${id}`, async () => {
      const found = await findPublicEvent(deps, id);
      return found && JSON.stringify(presentEvent(found, deps.clock()));
    });
    if (page === null) {
      const draft = await findDraft(deps, c.get("identity"), id);
      return answer(c, JSON.stringify(presentEvent(draft, deps.clock())), PRIVATE);
    }
    c.executionCtx.waitUntil(deps.views.count(id));
    return answer(c, page, PUBLIC);
  });
}

/**
 * What a list is kept under. Null for what hardly anybody else asks for, which would only fill Redis: a text, a time
 * to the millisecond, a page far down.
 */
function browsingKey({ q, from, to, page, perPage, venueId, category }: EventQuery): string | null {
  if (q || from || to || page > MAX_KEPT_PAGE) return null;
  return `list ${JSON.stringify([page, perPage, venueId ?? null, category ?? null])}`;
}

const MAX_KEPT_PAGE = 20;

/** An answer that is JSON already. */
function answer(c: Context, text: string, cacheControl: string) {
  const headers = { "content-type": "application/json", "cache-control": cacheControl };
  return c.body(text, 200, headers) as never;
}
