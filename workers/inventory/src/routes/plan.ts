import { seatPlanRoute } from "#shared/contracts/inventory.ts";
import { serve } from "#shared/http/service-app.ts";
import type { Seating } from "#shared/rpc/events.ts";
import { staticHalfOf } from "../use-cases/static-half.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";
import { presentPlan } from "./present-plan.ts";

/** A version of an event is what it is for good. */
const FOR_GOOD = "public, max-age=31536000, immutable";
/** Which one is the current one changes with the event. */
const FOR_A_MOMENT = "public, max-age=5, must-revalidate";

export function servePlan(app: InventoryApp): void {
  serve(app, seatPlanRoute, async (c) => {
    const { v } = c.req.valid("query");
    const seating = await staticHalfOf(depsOf(c.env), c.req.valid("param").eventId, v ?? 0);
    if (v !== seating.eventVersion) {
      // One address for each version, so that no cache holds two copies of it.
      const headers = { location: addressOf(seating), "cache-control": FOR_A_MOMENT };
      return c.body(null, 302, headers);
    }
    const headers = { etag: `"plan-${v}"`, "cache-control": FOR_GOOD };
    if (c.req.valid("header")["if-none-match"] === headers.etag) return c.body(null, 304, headers);
    return c.json(presentPlan(seating), 200, headers);
  });
}

const addressOf = ({ eventId, eventVersion }: Seating): string =>
  `/api/inventory/events/${eventId}/plan?v=${eventVersion}`;
