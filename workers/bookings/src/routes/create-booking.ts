import { createBookingRoute } from "#shared/contracts/bookings.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { describeError } from "#shared/observability/log.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import { STATUS_OF } from "#shared/saga/declaration.ts";
import type { BookingsEnv } from "../env.ts";
import { createBooking } from "../use-cases/create-booking.ts";
import { type BookingsApp, depsOf } from "../wiring.ts";

export function serveCreateBooking(app: BookingsApp): void {
  serve(app, createBookingRoute, async (c) => {
    const deps = depsOf(c.env);
    const key = c.req.valid("header")["idempotency-key"];
    const { booking, outbox } = await createBooking(deps, identityOf(c), c.req.valid("json"), key);
    // From here on the saga's lines carry the booking's id; this one ties it to the buyer's request.
    deps.logger.info("booking accepted", { bookingId: booking.id, requestId: c.get("requestId") });
    // The row is durable: if this fails, the sweeper sends it.
    const sent = sendTogether(c.env, outbox).catch((error) =>
      deps.logger.warn("left for the sweeper", { bookingId: booking.id, error: describeError(error) }),
    );
    c.executionCtx.waitUntil(sent);
    const message = "We are getting your places; the booking tells how it went.";
    const body = { bookingId: booking.id, status: STATUS_OF[booking.state], message };
    return c.json(body, 202, { location: `/api/bookings/${booking.id}` });
  });
}

async function sendTogether(env: BookingsEnv, rows: OutboxRow[]): Promise<void> {
  if (rows.length > 0) await env.SWEEPER.getByName("sweeper").relay(rows);
}
