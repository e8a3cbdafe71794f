import { bookingTimelineRoute, getBookingRoute, myBookingsRoute } from "#shared/contracts/bookings.ts";
import { paginationOf } from "#shared/contracts/common.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { fullBooking, myBookings, timeline } from "../use-cases/read-bookings.ts";
import { type BookingsApp, depsOf } from "../wiring.ts";
import { presentBooking } from "./present.ts";

export function serveReadBookings(app: BookingsApp): void {
  serve(app, myBookingsRoute, async (c) => {
    const query = c.req.valid("query");
    const { found, total } = await myBookings(depsOf(c.env), identityOf(c), query);
    const pagination = paginationOf(query.page, query.perPage, total);
    return c.json({ data: found.map(presentBooking), pagination }, 200);
  });

  serve(app, getBookingRoute, async (c) => {
    const found = await fullBooking(depsOf(c.env), identityOf(c), c.req.valid("param").id);
    return c.json(presentBooking(found), 200);
  });

  serve(app, bookingTimelineRoute, async (c) => {
    const bookingId = c.req.valid("param").id;
    const steps = await timeline(depsOf(c.env), identityOf(c), bookingId);
    return c.json(
      { bookingId, steps: steps.map((step) => ({ ...step, at: new Date(step.at).toISOString() })) },
      200,
    );
  });
}
