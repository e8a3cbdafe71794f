import { paginationOf } from "#shared/contracts/common.ts";
import { createEventRoute, getEventRoute, listEventsRoute } from "#shared/contracts/events.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { announce, createEvent } from "../use-cases/create-event.ts";
import { findEvent, findEvents } from "../use-cases/find-events.ts";
import { depsOf, type EventsApp } from "../wiring.ts";
import { presentEvent, presentSummary } from "./present.ts";

export function serveEvents(app: EventsApp): void {
  serve(app, listEventsRoute, async (c) => {
    const query = c.req.valid("query");
    const { found, total } = await findEvents(depsOf(c.env, c.get("traceparent")), query);
    const data = found.map(({ event, venue }) => presentSummary(event, venue));
    return c.json({ data, pagination: paginationOf(query.page, query.perPage, total) }, 200);
  });

  serve(app, getEventRoute, async (c) => {
    const { event, venue } = await findEvent(depsOf(c.env, c.get("traceparent")), c.req.valid("param").id);
    return c.json(presentEvent(event, venue), 200);
  });

  serve(app, createEventRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const { event, venue } = await createEvent(deps, identityOf(c), c.req.valid("json"));
    c.executionCtx.waitUntil(announce(deps, event).catch(() => {}));
    return c.json(presentEvent(event, venue), 201, { location: `/api/events/${event._id}` });
  });
}
