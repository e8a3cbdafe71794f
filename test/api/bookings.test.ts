import { describe, expect, it } from "vitest";
import { answerOf } from "#local/seed/api.ts";
import { createBooking, getPayment } from "#shared/client/generated/sdk.gen.ts";
import { book, bookingBody, decided, intentsOf, paymentOf, statusOf, stepsOf } from "../support/bookings.ts";
import { newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { someone } from "../support/world.ts";

const organiser = await someone("ORGANISER");
const buyer = await someone();
const AREA = { name: "Standing", category: "A", capacity: 4 };
const eventId = await newEvent(organiser, await newVenue(organiser, plan({ generalAdmission: [AREA] })));

describe("a booking", () => {
  it("takes its seats and its money, with a ticket for each seat and every step in order [route POST /api/bookings: works]", async () => {
    const seatIds = ["1-1", "1-2"];
    const client = buyer.api;
    const { data, response } = await createBooking({ client, body: bookingBody(eventId, seatIds) });
    expect([response?.status, data?.status]).toEqual([202, "PENDING"]);
    const bookingId = data!.bookingId;
    expect(response?.headers.get("location")).toBe(`/api/bookings/${bookingId}`);

    const booking = await decided(buyer, bookingId);
    const line = { tier: "A", quantity: 1, price: PRICE, fee: 0, tax: 0, discount: 0 };
    expect(booking).toMatchObject({
      id: bookingId,
      userId: buyer.identity.userId,
      organiserId: organiser.identity.userId,
      eventId,
      status: "CONFIRMED",
      failureReason: null,
      seatIds,
      lines: seatIds.map((seatId) => ({ seatId, label: `Stalls · ${seatId.replace("-", " · ")}`, ...line })),
      tickets: seatIds.map((placeId) => ({ placeId })),
      totalAmount: 2 * PRICE,
      currency: "EUR",
    });
    expect(new Set(booking.tickets.map(({ id }) => id)).size).toBe(2);
    expect(await statusOf(eventId, seatIds)).toEqual({ "1-1": "RESERVED", "1-2": "RESERVED" });
    expect(await stepsOf(buyer, bookingId)).toEqual([
      ["booking.initiated", "INITIATED"],
      ["seats.locked", "PAYING"],
      ["payment.authorised", "RESERVING"],
      ["seats.confirmed", "CAPTURING"],
      ["payment.captured", "CONFIRMED"],
    ]);

    const payment = await paymentOf(buyer, bookingId);
    expect(payment).toMatchObject({
      id: booking.paymentId,
      status: "CAPTURED",
      amount: 2 * PRICE,
      capturedAmount: 2 * PRICE,
      nextAction: null,
    });
    expect(await answerOf(getPayment({ client, path: { id: payment.id } }))).toEqual(payment);
    const { providerTransactionId: id } = payment;
    expect(await intentsOf(bookingId)).toEqual([{ id, status: "succeeded", captured: 2 * PRICE, held: 0 }]);
  });

  it("of places without seats gets numbered places, until there are no more; all or none", async () => {
    const wanted = (quantity: number, seatIds: string[] = []) =>
      bookingBody(eventId, seatIds, { generalAdmission: [{ name: AREA.name, quantity }] });
    const first = await decided(buyer, await book(buyer, wanted(3)));
    expect(first).toMatchObject({ status: "CONFIRMED", totalAmount: 3 * PRICE });
    expect(first.lines).toMatchObject([{ seatId: null, label: AREA.name, quantity: 3, price: PRICE }]);
    const places = ["ga:Standing:1", "ga:Standing:2", "ga:Standing:3"];
    expect(first.seatIds).toEqual(places);
    expect(first.tickets.map(({ placeId }) => placeId)).toEqual(places);

    const second = await decided(buyer, await book(buyer, wanted(2, ["1-5"])));
    expect(second).toMatchObject({ status: "FAILED", failureReason: "SEATS_UNAVAILABLE", tickets: [] });
    expect(await statusOf(eventId, ["1-5"])).toEqual({ "1-5": "AVAILABLE" });
    const last = await decided(buyer, await book(buyer, wanted(1, ["1-5"])));
    expect(last).toMatchObject({ status: "CONFIRMED", seatIds: ["1-5", "ga:Standing:4"] });
  });

  it("is priced by us: amounts that a client sends are not looked at", async () => {
    const amounts = {
      ...{ totalAmount: 1, amount: 1, price: 1, currency: "JPY", discount: 9_999, status: "CONFIRMED" },
      ...{ lines: [{ seatId: "2-1", price: 1, quantity: 1 }], userId: organiser.identity.userId },
    };
    const booking = await decided(buyer, await book(buyer, bookingBody(eventId, ["2-1"], amounts)));
    expect(booking).toMatchObject({
      status: "CONFIRMED",
      totalAmount: PRICE,
      currency: "EUR",
      userId: buyer.identity.userId,
    });
    expect(await intentsOf(booking.id)).toMatchObject([{ captured: PRICE }]);
  });

  it("of a seat that is sold fails, keeps nothing of its other seats, and begins no payment", async () => {
    const wanted = bookingBody(eventId, ["2-3", "2-4"]);
    await decided(buyer, await book(buyer, bookingBody(eventId, ["2-4"])));
    const late = await someone();
    const booking = await decided(late, await book(late, wanted));
    expect(booking).toMatchObject({
      status: "FAILED",
      failureReason: "SEATS_UNAVAILABLE",
      failureDetail: expect.stringContaining("2-4"),
      seatIds: [],
      paymentId: null,
    });
    expect(await statusOf(eventId, ["2-3", "2-4"])).toEqual({ "2-3": "AVAILABLE", "2-4": "RESERVED" });
    expect(await intentsOf(booking.id)).toEqual([]);
  });
});
