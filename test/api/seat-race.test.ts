import { expect, it } from "vitest";
import type { NewBooking } from "#shared/client/generated/types.gen.ts";
import { book, bookingBody, decided, intentsOf, paymentOf, seatMapOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue, PRICE } from "../support/events.ts";
import { someone, type User } from "../support/world.ts";

const BUYERS = 20;
const organiser = await someone("ORGANISER");
const buyers = await Promise.all(Array.from({ length: BUYERS }, () => someone()));

/** All ask at once. @returns the bookings, once each is decided */
async function race(wanted: (buyer: User, n: number) => NewBooking) {
  const bookingIds = await Promise.all(buyers.map((buyer, n) => book(buyer, wanted(buyer, n))));
  return Promise.all(buyers.map((buyer, n) => decided(buyer, bookingIds[n]!)));
}

it("of many who want one seat, one gets it and pays", async () => {
  const eventId = await newEvent(organiser, await newVenue(organiser));
  const bookings = await race(() => bookingBody(eventId, ["1-1"]));
  const outcomes = bookings.map(({ status, failureReason }) => `${status} ${failureReason}`);
  expect(outcomes.toSorted()).toEqual([
    "CONFIRMED null",
    ...Array.from({ length: BUYERS - 1 }, () => "FAILED SEATS_UNAVAILABLE"),
  ]);
  const intents = (await Promise.all(bookings.map(({ id }) => intentsOf(id)))).flat();
  expect(intents).toMatchObject([{ status: "succeeded", captured: PRICE, held: 0 }]);

  const winner = bookings.findIndex(({ status }) => status === "CONFIRMED");
  expect(await paymentOf(buyers[winner]!, bookings[winner]!.id)).toMatchObject({ status: "CAPTURED" });
  const loser = winner === 0 ? 1 : 0;
  // Nothing was ever asked of them: there is no payment to show.
  const answer = await buyers[loser]!.get(`/api/payments/booking/${bookings[loser]!.id}`);
  expect(answer).toMatchObject(problem("PAYMENT_NOT_FOUND"));
  expect((await seatMapOf(eventId)).summary).toMatchObject({ locked: 0, reserved: 1 });
});

it("of many who want overlapping pairs, no seat is sold twice and none stays locked", async () => {
  const eventId = await newEvent(organiser, await newVenue(organiser));
  const pairOf = (n: number) => [`1-${(n % 9) + 1}`, `1-${(n % 9) + 2}`];
  const bookings = await race((_buyer, n) => bookingBody(eventId, pairOf(n)));
  const sold = bookings.filter(({ status }) => status === "CONFIRMED").flatMap(({ seatIds }) => seatIds);
  expect(sold.length).toBeGreaterThan(0);
  expect(new Set(sold).size).toBe(sold.length);
  const { seats, summary } = await seatMapOf(eventId);
  const reserved = seats.filter(({ status }) => status === "RESERVED").map(({ id }) => id);
  expect(reserved.toSorted()).toEqual(sold.toSorted());
  expect(summary.locked).toBe(0);
});
