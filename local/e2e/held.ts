import { createBooking, createHold, extendHold } from "#shared/client/generated/sdk.gen.ts";
import { answerOf } from "../seed/api.ts";
import { seatsBecome, watch } from "./book.ts";
import { mustBe } from "./checks.ts";
import { type Run, seatMapOf } from "./context.ts";

/** The best two seats of a run's price, held, the hold extended, and booked with it. */
export async function held(run: Run): Promise<void> {
  const { buyer: client, report, event } = run;
  report.heading("The best seats, held before they are booked");
  const path = { eventId: event.id };
  // Not for nothing: the payment is looked at as well.
  const body = { bestAvailable: { quantity: 2, minPrice: 1 } };
  const hold = await report.step(
    "Hold the best two seats",
    () => answerOf(createHold({ client, path, body })),
    ({ seatIds, expiresAt }) => `${seatIds.join(", ")} until ${expiresAt}`,
  );
  const { seats } = await seatMapOf(run, event.id);
  const theirs = seats.filter(({ id }) => hold.seatIds.includes(id));
  mustBe("the row of both seats", new Set(theirs.map(({ section, row }) => `${section} ${row}`)).size, 1);
  const { holdId } = hold;
  await report.step(
    "Extend the hold",
    async () => {
      const extended = await answerOf(extendHold({ client, path: { ...path, holdId } }));
      mustBe("whether it can be extended again", extended.extendable, false);
      return extended;
    },
    ({ expiresAt }) => `until ${expiresAt}`,
  );
  const paymentMethod = { type: "card" as const, token: "pm_card_visa" };
  const accepted = await report.step(
    "Book with the hold",
    () => {
      const booking = { eventId: event.id, holdId, paymentMethod, expectedTotal: hold.totalAmount };
      return answerOf(createBooking({ client, body: booking }));
    },
    ({ status, bookingId }) => `${status}, ${bookingId}`,
  );
  const booking = await watch(run, accepted.bookingId, { status: "CONFIRMED", failureReason: null });
  mustBe("the booking's seats", booking.seatIds.toSorted(), hold.seatIds.toSorted());
  await seatsBecome(run, theirs, "RESERVED");
}
