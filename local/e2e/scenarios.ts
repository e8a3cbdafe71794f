import { book, checkTimeline, seatsBecome, watch } from "./book.ts";
import { mustBe } from "./checks.ts";
import { type Run, type Seat, seatMapOf, timelineOf } from "./context.ts";
import { chooseSeats } from "./find.ts";
import { checkPayment, checkRecord } from "./money.ts";
import { choose, freePairs } from "./seats.ts";
import { until } from "./until.ts";

/** Two seats, bought. @returns the seats */
export async function confirmed(run: Run): Promise<Seat[]> {
  run.report.heading("A booking, all the way");
  const seats = await chooseSeats(run);
  const bookingId = await book(run, seats, "pm_card_visa");
  const booking = await watch(run, bookingId, { status: "CONFIRMED", failureReason: null });
  const total = seats.reduce((sum, { price }) => sum + price, 0);
  mustBe("the booking's total", booking.totalAmount, total);
  await checkPayment(run, bookingId, { status: "CAPTURED", capturedAmount: total });
  await checkRecord(run, booking, { attempts: 1, captured: total });
  await seatsBecome(run, seats, "RESERVED");
  await run.report.step(
    "See a ticket for each seat",
    async () => {
      const places = booking.tickets.map(({ placeId }) => placeId).toSorted();
      mustBe("the tickets' places", places, seats.map(({ id }) => id).toSorted());
      return booking.tickets;
    },
    (tickets) => tickets.map(({ id }) => id).join(", "),
  );
  const timeline = await run.report.step("See every step", () => timelineOf(run, bookingId));
  checkTimeline(run, timeline, [
    ["booking.initiated", "INITIATED"],
    ["seats.locked", "PAYING"],
    ["payment.authorised", "RESERVING"],
    ["seats.confirmed", "CAPTURING"],
    ["payment.captured", "CONFIRMED"],
  ]);
  return seats;
}

/** A card that is declined: everything as it was before. */
export async function declined(run: Run): Promise<void> {
  run.report.heading("A declined card");
  const seats = await chooseSeats(run);
  const bookingId = await book(run, seats, "pm_card_chargeDeclined");
  const booking = await watch(run, bookingId, { status: "FAILED", failureReason: "PAYMENT_FAILED" });
  mustBe("the tickets", booking.tickets, []);
  await seatsBecome(run, seats, "AVAILABLE");
  await checkPayment(run, bookingId, { status: "FAILED", capturedAmount: 0 });
  await checkRecord(run, booking, { attempts: 1, captured: 0 });
  const ask = () => timelineOf(run, bookingId);
  // Undone on two sides at once: which of the two answers comes first is not said.
  const undone = ["payment.voided", "seats.released"];
  const timeline = await run.report.step("See every step", () =>
    until("both answers to the undo", ask, ({ steps }) =>
      undone.every((wanted) => steps.some(({ step }) => step === wanted)),
    ),
  );
  const lastTwo = timeline.steps.slice(-2).map(({ step }) => step);
  mustBe("the undo", lastTwo.toSorted(), undone);
  checkTimeline(run, timeline, [
    ["booking.initiated", "INITIATED"],
    ["seats.locked", "PAYING"],
    ["payment.declined", "FAILED"],
    ...lastTwo.map((step): [string, string] => [step, "FAILED"]),
  ]);
}

/** A seat that is sold, together with one that is free: neither is given, nothing is paid. */
export async function soldAlready(run: Run, sold: Seat[]): Promise<void> {
  run.report.heading("A seat that is sold already");
  const { seats } = await seatMapOf(run, run.event.id);
  const free = choose(freePairs(seats), run.random)?.slice(0, 1) ?? [];
  const wanted = [...sold.slice(0, 1), ...free];
  const bookingId = await book(run, wanted, "pm_card_visa");
  const booking = await watch(run, bookingId, { status: "FAILED", failureReason: "SEATS_UNAVAILABLE" });
  await seatsBecome(run, sold, "RESERVED");
  await seatsBecome(run, free, "AVAILABLE");
  await checkRecord(run, booking, { attempts: 0, captured: 0 });
}
