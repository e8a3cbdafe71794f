import { createVenueRoute, getPlanRoute, getVenueRoute, putPlanRoute } from "#shared/contracts/venues.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { createVenue, findPlan, findVenue, putPlan } from "../use-cases/venues.ts";
import { depsOf, type EventsApp } from "../wiring.ts";
import { presentVenue } from "./present.ts";

/** Everybody gets the same; whoever is in between may keep it for a moment. */
const PUBLIC = "public, max-age=5, must-revalidate";

export function serveVenues(app: EventsApp): void {
  serve(app, createVenueRoute, async (c) => {
    const venue = await createVenue(depsOf(c.env, c.get("traceparent")), identityOf(c), c.req.valid("json"));
    return c.json(presentVenue(venue), 201);
  });

  serve(app, getVenueRoute, async (c) => {
    const venue = await findVenue(depsOf(c.env, c.get("traceparent")), c.req.valid("param").id);
    return c.json(presentVenue(venue), 200, { "cache-control": PUBLIC });
  });

  serve(app, putPlanRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const receipt = await putPlan(deps, identityOf(c), c.req.valid("param").id, await c.req.text());
    return c.json(receipt, 200);
  });

  serve(app, getPlanRoute, async (c) => {
    const plan = await findPlan(depsOf(c.env, c.get("traceparent")), c.req.valid("param").id);
    const headers = { "cache-control": "public, no-cache", etag: `"${plan.sha256}"` };
    if (c.req.valid("header")["if-none-match"] === headers.etag) return c.body(null, 304, headers) as never;
    const body = streamOf(plan.pieces());
    return c.body(body, 200, { ...headers, "content-type": "application/json" }) as never;
  });
}

/** A text in pieces as it goes over the wire: one is read when the one before it has gone. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
