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

const ask = (changes: object, headers: Record<string, string> = {}) =>
  buyer.post<{ bookingId: string }>("/api/bookings", bookingBody(eventId, ["1-1"], changes), headers);
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

describe("an Idempotency-Key", () => {
  const keyed = (key: string, changes: object) => ask(changes, { "idempotency-key": key });

  it("with the same body gives the same booking, also when it has long been decided", async () => {
    const key = crypto.randomUUID();
    const first = await keyed(key, { seatIds: ["2-1"] });
    expect(first.status).toBe(202);
    expect((await keyed(key, { seatIds: ["2-1"] })).body.bookingId).toBe(first.body.bookingId);
    await decided(buyer, first.body.bookingId);
    expect(await keyed(key, { seatIds: ["2-1"] })).toMatchObject({
      status: 202,
      body: { bookingId: first.body.bookingId, status: "CONFIRMED" },
    });
  });

  it("with another body is refused", async () => {
    const key = crypto.randomUUID();
    await keyed(key, { seatIds: ["2-2"] });
    expect(await keyed(key, { seatIds: ["2-3"] })).toMatchObject(problem("IDEMPOTENCY_KEY_REUSED"));
  });

  it("sent ten times at once makes one booking", async () => {
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => keyed(key, { seatIds: ["2-4"] })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.bookingId)).size).toBe(1);
    const booking = await decided(buyer, answers[0]!.body.bookingId);
    expect(booking.status).toBe("CONFIRMED");
  });

  it("is its user's own", async () => {
    const key = crypto.randomUUID();
    const other = await someone();
    const mine = await keyed(key, { seatIds: ["2-5"] });
    const body = bookingBody(eventId, ["2-6"]);
    const theirs = await other.post<{ bookingId: string }>("/api/bookings", body, { "idempotency-key": key });
    expect(theirs.status).toBe(202);
    expect(theirs.body.bookingId).not.toBe(mine.body.bookingId);
  });

  it("without one, the same request twice is two bookings", async () => {
    const answers = [await ask({ seatIds: ["2-7"] }), await ask({ seatIds: ["2-7"] })];
    expect(new Set(answers.map(({ body }) => body.bookingId)).size).toBe(2);
  });

  it("is at most 255 characters long", async () => {
    expect(await keyed("k".repeat(256), {})).toMatchObject(problem("VALIDATION_ERROR", "idempotency-key"));
  });
});
