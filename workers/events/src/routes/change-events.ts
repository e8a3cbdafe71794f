import { cancelEventRoute, createEventRoute, updateEventRoute } from "#shared/contracts/events.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { cancelEvent } from "../use-cases/cancel-event.ts";
import { announce, createEvent } from "../use-cases/create-event.ts";
import { updateEvent } from "../use-cases/update-event.ts";
import { depsOf, type EventsApp } from "../wiring.ts";
import { presentEvent } from "./present.ts";

/** Changing events. Each change is told to Kafka once it is answered; the sweeper tells what was left. */
export function serveEventChanges(app: EventsApp): void {
  serve(app, createEventRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const made = await createEvent(deps, identityOf(c), c.req.valid("json"));
    c.executionCtx.waitUntil(announce(deps, made.event).catch(() => {}));
    const location = `/api/events/${made.event._id}`;
    return c.json(presentEvent(made, deps.clock()), 201, { location });
  });

  serve(app, updateEventRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const { id } = c.req.valid("param");
    const changed = await updateEvent(deps, identityOf(c), id, c.req.valid("json"));
    c.executionCtx.waitUntil(announce(deps, changed.event).catch(() => {}));
    return c.json(presentEvent(changed, deps.clock()), 200);
  });

  serve(app, cancelEventRoute, async (c) => {
    const deps = depsOf(c.env, c.get("traceparent"));
    const { id } = c.req.valid("param");
    const event = await cancelEvent(deps, identityOf(c), id, c.req.valid("json").reason ?? "");
    c.executionCtx.waitUntil(announce(deps, event).catch(() => {}));
    const { reason, cancelledAt } = event.cancellation;
    const answer = {
      eventId: id,
      status: "CANCELLED" as const,
      reason,
      cancelledAt: cancelledAt.toISOString(),
    };
    return c.json(answer, 202);
  });
}
