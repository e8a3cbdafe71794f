import { createBookingRoute } from "#shared/contracts/bookings.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { STATUS_OF } from "#shared/saga/declaration.ts";
import { within } from "#shared/within.ts";
import { type BookingAnswer, deskOf } from "../use-cases/desk-rpc.ts";
import { type BookingsApp, logger } from "../wiring.ts";

/** What a desk asks of others has limits of its own; by then they are over. */
const DESK_LIMIT_MS = 25_000;

export function serveCreateBooking(app: BookingsApp): void {
  serve(app, createBookingRoute, async (c) => {
    const request = c.req.valid("json");
    const { userId, role, email, name } = identityOf(c);
    const desk = c.env.DESK.getByName(deskOf(request.eventId));
    const key = c.req.valid("header")["idempotency-key"];
    const asking = desk.book({ userId, role, email, name }, request, key);
    const answer = await within(DESK_LIMIT_MS, asking as Promise<BookingAnswer>).catch((error: unknown) => {
      throw new Unavailable("bookings", error);
    });
    const { bookingId, state } = accepted(answer);
    // From here on the saga's lines carry the booking's id; this one ties it to the buyer's request.
    logger.info("booking accepted", { bookingId, requestId: c.get("requestId") });
    const message = "We are getting your places; the booking tells how it went.";
    const body = { bookingId, status: STATUS_OF[state], message };
    return c.json(body, 202, { location: `/api/bookings/${bookingId}` });
  });
}

/** @throws the desk's refusal, as it would have been thrown here */
function accepted(answer: BookingAnswer): Extract<BookingAnswer, { outcome: "ACCEPTED" }> {
  switch (answer.outcome) {
    case "ACCEPTED":
      return answer;
    case "REFUSED":
      throw new Problem(answer.code, answer.detail, answer.errors);
    case "UNAVAILABLE":
      throw new Unavailable(answer.backend);
    case "BROKEN":
      throw new Error(answer.error);
  }
}
