import { createVenueRoute, getPlanRoute, getVenueRoute, putPlanRoute } from "#shared/contracts/venues.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { createVenue, findVenue, planText, putPlan } from "../use-cases/venues.ts";
import { depsOf, type EventsApp } from "../wiring.ts";
import { presentVenue } from "./present.ts";

export function serveVenues(app: EventsApp): void {
  serve(app, createVenueRoute, async (c) => {
    const venue = await createVenue(depsOf(c.env, c.get("traceparent")), identityOf(c), c.req.valid("json"));
    return c.json(presentVenue(venue), 201);
  });

  serve(app, getVenueRoute, async (c) => {
    const venue = await findVenue(depsOf(c.env, c.get("traceparent")), c.req.valid("param").id);
    return c.json(presentVenue(venue), 200);
  });

  serve(app, putPlanRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const receipt = await putPlan(deps, identityOf(c), c.req.valid("param").id, await c.req.text());
    return c.json(receipt, 200);
  });

  serve(app, getPlanRoute, async (c) => {
    const text = await planText(depsOf(c.env, c.get("traceparent")), c.req.valid("param").id);
    return c.body(text, 200, { "content-type": "application/json" }) as never;
  });
}
