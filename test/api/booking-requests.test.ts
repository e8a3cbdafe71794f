import { describe, expect, it } from "vitest";
import { book, bookingBody, decided, seatMapOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { DAY_MS, newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

const organiser = await someone("ORGANISER");
const buyer = await someone();
const AREA = { name: "Standing", category: "A", capacity: 100 };
const venueId = await newVenue(organiser, plan({ rows: 2, seatsPerRow: 11, generalAdmission: [AREA] }));
const eventId = await newEvent(organiser, venueId);

const ask = (changes: object) =>
  buyer.post<{ bookingId: string }>("/api/bookings", bookingBody(eventId, ["1-1"], changes));
const seats = (count: number) => Array.from({ length: count }, (_, n) => `1-${n + 1}`);
const standing = (quantity: number) => ({ generalAdmission: [{ name: AREA.name, quantity }] });

describe("a request for places", () => {
  it.each([
    ["no seat", { seatIds: [] }],
    ["no place at all", { seatIds: undefined }],
    ["11 seats", { seatIds: seats(11) }],
    ["11 places", { seatIds: [], ...standing(11) }],
    ["1 seat and 10 places", standing(10)],
  ])("is refused for %s", async (_what, changes) => {
    expect(await ask(changes)).toMatchObject(problem("INVALID_SEAT_COUNT"));
  });

  it.each([
    ["seatIds.1", { seatIds: ["1-1", "1-1"] }],
    ["seatIds.1", { seatIds: ["1-1", "9-9"] }],
    ["seatIds.0", { seatIds: ["ga:Standing:1"] }],
    ["seatIds.0", { seatIds: [""] }],
    ["seatIds.0", { seatIds: [{ $gt: "" }] }],
    ["seatIds.0", { seatIds: ["1-1\0"] }],
    ["seatIds", { seatIds: "1-1" }],
    ["seatIds", { seatIds: seats(101) }],
    ["generalAdmission.0.name", { generalAdmission: [{ name: "Balcony", quantity: 1 }] }],
    [
      "generalAdmission.1.name",
      { generalAdmission: [...standing(1).generalAdmission, ...standing(1).generalAdmission] },
    ],
    ["generalAdmission.0.quantity", standing(0)],
    ["generalAdmission.0.quantity", standing(1.5)],
    ["eventId", { eventId: 5 }],
    ["eventId", { eventId: { $ne: null } }],
    ["paymentMethod.type", { paymentMethod: { type: "cash", token: "pm_card_visa" } }],
    ["paymentMethod.token", { paymentMethod: { type: "card", token: "4242 4242 4242 4242" } }],
    ["expectedTotal", { expectedTotal: "2500" }],
    ["expectedTotal", { expectedTotal: -1 }],
    ["expectedTotal", { expectedTotal: PRICE + 0.5 }],
  ])("is refused for %s: %j [route POST /api/bookings: bad input]", async (field, changes) => {
    expect(await ask(changes)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it("is refused for a seat of another event's", async () => {
    const elsewhere = await newVenue(organiser, plan({ rows: 5, seatsPerRow: 2 }));
    const otherEventId = await newEvent(organiser, elsewhere);
    // `5-1` is a seat there, and none here.
    expect(await ask({ seatIds: ["5-1"] })).toMatchObject(problem("VALIDATION_ERROR", "seatIds.0"));
    expect((await seatMapOf(otherEventId)).summary.available).toBe(10);
  });

  it.each(["evnt_00000000000000000000000000000000", "evnt_1", "\0", ""])(
    "is refused for the event %j",
    async (unknown) => {
      expect(await ask({ eventId: unknown })).toMatchObject(problem("EVENT_NOT_FOUND"));
    },
  );

  it("is refused before the event is on sale", async () => {
    const onSaleAt = new Date(Date.now() + DAY_MS).toISOString();
    const later = await newEvent(organiser, venueId, { onSaleAt });
    expect(await ask({ eventId: later })).toMatchObject(problem("EVENT_NOT_ON_SALE"));
    const begun = await newEvent(organiser, venueId, {
      onSaleAt: new Date(Date.now() - DAY_MS).toISOString(),
    });
    expect((await ask({ eventId: begun })).status).toBe(202);
  });

  it("is refused when the total is not what the buyer expects, and taken when it is", async () => {
    for (const expectedTotal of [0, PRICE - 1, PRICE + 1]) {
      expect(await ask({ seatIds: ["1-9"], expectedTotal })).toMatchObject(problem("PRICE_CHANGED"));
    }
    const bookingId = await book(buyer, bookingBody(eventId, ["1-9"], { expectedTotal: PRICE }));
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
  });

  it("needs somebody who asks", async () => {
    const answer = await anyone.post("/api/bookings", bookingBody(eventId, ["1-1"]));
    expect(answer).toMatchObject(problem("UNAUTHENTICATED"));
  });
});
