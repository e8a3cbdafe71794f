import { beforeAll, describe, expect, it } from "vitest";
import { until } from "#local/e2e/until.ts";
import { answerOf } from "#local/seed/api.ts";
import { getBooking, getBookingPayment } from "#shared/client/generated/sdk.gen.ts";
import { newId } from "#shared/ids/id.ts";
import { book, bookingBody, decided, intentsOf, statusOf, stepsOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { DAY_MS, newEvent, newVenue, PRICE } from "../support/events.ts";
import { someone, type User } from "../support/world.ts";

const NEEDS_BUYER = { paymentMethod: { type: "card", token: "pm_card_threeDSecure2Required" } };

let organiser: User;
let venueId: string;
let eventId: string;

beforeAll(async () => {
  organiser = await someone("ORGANISER");
  venueId = await newVenue(organiser);
  eventId = await newEvent(organiser, venueId);
});

interface Cancelled {
  bookingId: string;
  status: string;
  refundAmount: number;
  currency: string;
  cancelledAt: string;
}

const cancel = (buyer: User, bookingId: string) =>
  buyer.post<Cancelled>(`/api/bookings/${bookingId}/cancel`, {});
const bookingOf = (buyer: User, id: string) => answerOf(getBooking({ client: buyer.api, path: { id } }));

/** Books and waits for the end. */
async function confirmed(buyer: User, ofEvent: string, seatIds: string[]): Promise<string> {
  const id = await book(buyer, bookingBody(ofEvent, seatIds));
  expect(await decided(buyer, id)).toMatchObject({ status: "CONFIRMED" });
  return id;
}

const paymentIs = (buyer: User, id: string, status: string) =>
  until(
    `a payment that is ${status}`,
    // Not there until bookings has asked for it.
    () => getBookingPayment({ client: buyer.api, path: { bookingId: id } }),
    ({ data }) => data?.status === status,
  );
const seatIs = (ofEvent: string, seatId: string, status: string) =>
  until(
    `a seat that is ${status}`,
    () => statusOf(ofEvent, [seatId]),
    (seats) => seats[seatId] === status,
  );

describe("a buyer who cancels", () => {
  it("a confirmed booking gets the money back, and the seat is another's [route POST /api/bookings/{id}/cancel: works]", async () => {
    const buyer = await someone();
    const id = await confirmed(buyer, eventId, ["1-1"]);
    const { status, body } = await cancel(buyer, id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ bookingId: id, status: "CANCELLED", refundAmount: PRICE, currency: "EUR" });
    expect((await cancel(buyer, id)).body).toEqual(body);
    await paymentIs(buyer, id, "REFUNDED");
    await seatIs(eventId, "1-1", "AVAILABLE");
    expect(await bookingOf(buyer, id)).toMatchObject({
      status: "CANCELLED",
      tickets: [],
      refundAmount: PRICE,
    });
    expect(await stepsOf(buyer, id)).toContainEqual(["cancel", "CANCELLED"]);
    await confirmed(await someone(), eventId, ["1-1"]);
  });

  it("while the payment waits for them pays nothing, and frees the seat", async () => {
    const buyer = await someone();
    const id = await book(buyer, bookingBody(eventId, ["1-2"], NEEDS_BUYER));
    await until(
      "a payment",
      () => buyer.get(`/api/payments/booking/${id}`),
      ({ status }) => status === 200,
    );
    await paymentIs(buyer, id, "ACTION_REQUIRED");
    expect((await cancel(buyer, id)).body).toMatchObject({ status: "CANCELLED", refundAmount: 0 });
    await paymentIs(buyer, id, "VOIDED");
    await seatIs(eventId, "1-2", "AVAILABLE");
    expect(await intentsOf(id)).toMatchObject([{ status: "canceled", captured: 0 }]);
  });

  it("is refused in the last 24 hours, and where the booking failed", async () => {
    const buyer = await someone();
    const startsAt = new Date(Date.now() + DAY_MS - 60_000).toISOString();
    const endsAt = new Date(Date.now() + DAY_MS).toISOString();
    const soon = await newEvent(organiser, venueId, { startsAt, endsAt });
    const id = await confirmed(buyer, soon, ["1-1"]);
    expect(await cancel(buyer, id)).toMatchObject(problem("CANCELLATION_WINDOW_EXPIRED"));
    const failed = await book(buyer, bookingBody(soon, ["1-1"]));
    expect(await decided(buyer, failed)).toMatchObject({ status: "FAILED" });
    expect(await cancel(buyer, failed)).toMatchObject(problem("BOOKING_NOT_CANCELLABLE"));
  });

  it.each([["nonsense"], ["%00"], [newId("bkg", Date.now())], ["bkg_{$gt:''}"]])(
    "finds no booking %s [route POST /api/bookings/{id}/cancel: bad input]",
    async (id) => {
      expect(await cancel(await someone(), id)).toMatchObject(problem("BOOKING_NOT_FOUND"));
    },
  );

  it("finds no booking of another's, and neither does an admin [route POST /api/bookings/{id}/cancel: foreign owner]", async () => {
    const buyer = await someone();
    const id = await confirmed(buyer, eventId, ["2-1"]);
    for (const role of ["USER", "ORGANISER", "ADMIN", "GATE"] as const) {
      expect(await cancel(await someone(role), id)).toMatchObject(problem("BOOKING_NOT_FOUND"));
    }
    expect(await bookingOf(buyer, id)).toMatchObject({ status: "CONFIRMED" });
  });
});

describe("an event that is cancelled", () => {
  it("gives every buyer the money back, lets nobody book, and frees all seats", async () => {
    const cancelled = await newEvent(organiser, venueId);
    const buyers = await Promise.all([someone(), someone(), someone()]);
    const ids = await Promise.all(buyers.map((buyer, n) => confirmed(buyer, cancelled, [`1-${n + 1}`])));
    const waiting = await someone();
    const pending = await book(waiting, bookingBody(cancelled, ["2-1"], NEEDS_BUYER));
    await seatIs(cancelled, "2-1", "LOCKED");
    expect((await organiser.post(`/api/events/${cancelled}/cancel`, {})).status).toBe(202);

    const late = await waiting.post("/api/bookings", bookingBody(cancelled, ["2-2"]));
    expect(late).toMatchObject(problem("EVENT_NOT_ON_SALE"));
    for (const [n, buyer] of buyers.entries()) {
      await paymentIs(buyer, ids[n]!, "REFUNDED");
      const { status, refundAmount } = await bookingOf(buyer, ids[n]!);
      expect({ status, refundAmount }).toEqual({ status: "CANCELLED", refundAmount: PRICE });
    }
    expect(await decided(waiting, pending)).toMatchObject({
      ...{ status: "FAILED", failureReason: "EVENT_CANCELLED" },
    });
    for (const seatId of ["1-1", "1-2", "1-3", "2-1"]) await seatIs(cancelled, seatId, "AVAILABLE");
  });
});
