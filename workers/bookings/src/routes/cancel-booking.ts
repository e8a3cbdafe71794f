import { cancelBookingRoute } from "#shared/contracts/bookings.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { STATUS_OF } from "#shared/saga/declaration.ts";
import { cancelBooking } from "../use-cases/cancel-booking.ts";
import { type BookingsApp, depsOf } from "../wiring.ts";

export function serveCancelBooking(app: BookingsApp): void {
  serve(app, cancelBookingRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { state, currency, cancellation } = await cancelBooking(depsOf(c.env), identityOf(c), id);
    const { refundAmount, at } = cancellation;
    const cancelledAt = new Date(at).toISOString();
    return c.json({ bookingId: id, status: STATUS_OF[state], refundAmount, currency, cancelledAt }, 200);
  });
}
