import { describe, expect, it } from "vitest";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { DAY_MS, newEvent, newVenue, plan } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

interface Hold {
  holdId: string;
  status: string;
  seatIds: string[];
  totalAmount: number;
  expiresAt: string;
  extendable: boolean;
}

const CARD = { type: "card", token: "pm_card_visa" } as const;
const organiser = await someone("ORGANISER");
const AREA = { name: "Standing", category: "A", capacity: 100 };
const venueId = await newVenue(organiser, plan({ rows: 3, seatsPerRow: 11, generalAdmission: [AREA] }));
const eventId = await newEvent(organiser, venueId);
const base = `/api/inventory/events/${eventId}/holds`;
const buyer = await someone();
const stranger = await someone();

const hold = (body: object, who = buyer, headers = {}) => who.post<Hold>(base, body, headers);
const held = async (body: object, who = buyer): Promise<string> => {
  const made = await hold(body, who);
  expect(made.status).toBe(201);
  return made.body.holdId;
};
const pathOf = (holdId: string) => `${base}/${holdId}`;
const remove = (holdId: string, who = buyer) => who.send("DELETE", pathOf(holdId));

describe("a hold", () => {
  it("is made, read, extended once and given back [route POST /api/inventory/events/{eventId}/holds: works] [route GET /api/inventory/events/{eventId}/holds/{holdId}: works] [route POST /api/inventory/events/{eventId}/holds/{holdId}/extend: works] [route DELETE /api/inventory/events/{eventId}/holds/{holdId}: works]", async () => {
    const made = await hold({ seatIds: ["1-1", "1-2"] });
    expect(made).toMatchObject({ status: 201, body: { status: "HELD", extendable: true } });
    const path = pathOf(made.body.holdId);
    expect(made.headers.get("location")).toBe(path);
    expect((await buyer.get(path)).body).toEqual(made.body);

    const extended = await buyer.post<Hold>(`${path}/extend`, undefined);
    expect(extended).toMatchObject({ status: 200, body: { extendable: false } });
    expect(Date.parse(extended.body.expiresAt)).toBeGreaterThan(Date.parse(made.body.expiresAt));
    expect(await buyer.post(`${path}/extend`, undefined)).toMatchObject(problem("HOLD_NOT_EXTENDABLE"));

    expect(await remove(made.body.holdId)).toMatchObject({ status: 204 });
    expect(await remove(made.body.holdId)).toMatchObject({ status: 204 });
    expect(await buyer.post(`${path}/extend`, undefined)).toMatchObject(problem("HOLD_EXPIRED"));
    expect((await hold({ seatIds: ["1-1", "1-2"] }, stranger)).status).toBe(201);
  });

  it("is given to one of those who ask at once", async () => {
    const askers = await Promise.all(Array.from({ length: 6 }, () => someone()));
    const answers = await Promise.all(askers.map((one) => hold({ seatIds: ["1-3", "1-4"] }, one)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const { body } of refused) {
      expect(body).toMatchObject({ code: "SEATS_UNAVAILABLE", unavailableSeatIds: ["1-3", "1-4"] });
    }
  });

  it("is another's, and so not there [route GET /api/inventory/events/{eventId}/holds/{holdId}: foreign owner] [route POST /api/inventory/events/{eventId}/holds/{holdId}/extend: foreign owner] [route DELETE /api/inventory/events/{eventId}/holds/{holdId}: foreign owner] [route POST /api/inventory/events/{eventId}/holds: foreign owner]", async () => {
    const body = { seatIds: ["1-5"] };
    const key = { "idempotency-key": "one key" };
    const { holdId } = (await hold(body, buyer, key)).body;
    // Under the same key, another's hold is one of their own.
    expect(await hold(body, stranger, key)).toMatchObject(problem("SEATS_UNAVAILABLE"));
    expect((await hold(body, buyer, key)).body.holdId).toBe(holdId);
    for (const who of [stranger, organiser]) {
      expect(await who.get(pathOf(holdId))).toMatchObject(problem("HOLD_NOT_FOUND"));
      expect(await who.post(`${pathOf(holdId)}/extend`, undefined)).toMatchObject(problem("HOLD_NOT_FOUND"));
      expect(await remove(holdId, who)).toMatchObject(problem("HOLD_NOT_FOUND"));
      const booking = { eventId, holdId };
      expect(await who.post("/api/bookings", booking)).toMatchObject(problem("HOLD_NOT_FOUND"));
    }
    expect((await buyer.get<Hold>(pathOf(holdId))).body.status).toBe("HELD");
  });

  it.each(["hold_00000000000000000000000000000000", "%00", "' or 1=1 --"])(
    "is not %s [route GET /api/inventory/events/{eventId}/holds/{holdId}: bad input] [route POST /api/inventory/events/{eventId}/holds/{holdId}/extend: bad input] [route DELETE /api/inventory/events/{eventId}/holds/{holdId}: bad input]",
    async (holdId) => {
      expect(await buyer.get(pathOf(holdId))).toMatchObject(problem("HOLD_NOT_FOUND"));
      expect(await buyer.post(`${pathOf(holdId)}/extend`, undefined)).toMatchObject(
        problem("HOLD_NOT_FOUND"),
      );
      expect(await remove(holdId)).toMatchObject(problem("HOLD_NOT_FOUND"));
    },
  );

  it.each([
    ["INVALID_SEAT_COUNT", undefined, {}],
    ["INVALID_SEAT_COUNT", undefined, { generalAdmission: [{ name: "Standing", quantity: 11 }] }],
    ["VALIDATION_ERROR", "seatIds.1", { seatIds: ["2-1", "2-1"] }],
    ["VALIDATION_ERROR", "seatIds.0", { seatIds: [{ $gt: "" }] }],
    [
      "VALIDATION_ERROR",
      "generalAdmission.0.quantity",
      { generalAdmission: [{ name: "Standing", quantity: "NaN" }] },
    ],
    ["VALIDATION_ERROR", "bestAvailable.quantity", { bestAvailable: { quantity: 11 } }],
    ["VALIDATION_ERROR", "bestAvailable", { bestAvailable: { quantity: 1 }, seatIds: ["2-1"] }],
    ["SEATS_UNAVAILABLE", undefined, { seatIds: ["nowhere"] }],
  ] as const)(
    "is refused with %s at %s for %j [route POST /api/inventory/events/{eventId}/holds: bad input]",
    async (code, field, body) => {
      expect(await hold(body)).toMatchObject(problem(code, field));
    },
  );

  it("is not made where there is no event, or no sale yet", async () => {
    const nowhere = "/api/inventory/events/evnt_00000000000000000000000000000000/holds";
    expect(await buyer.post(nowhere, { seatIds: ["1-1"] })).toMatchObject(problem("EVENT_NOT_FOUND"));
    const onSaleAt = new Date(Date.now() + DAY_MS).toISOString();
    const later = await newEvent(organiser, venueId, { onSaleAt });
    const early = `/api/inventory/events/${later}/holds`;
    expect(await buyer.post(early, { seatIds: ["1-1"] })).toMatchObject(problem("EVENT_NOT_ON_SALE"));
    expect(await anyone.post(early, { seatIds: ["1-1"] })).toMatchObject(problem("UNAUTHENTICATED"));
  });

  it("stops a buyer who wants too many at once", async () => {
    const hoarder = await someone();
    const ten = { generalAdmission: [{ name: "Standing", quantity: 10 }] };
    expect((await hold(ten, hoarder)).status).toBe(201);
    const second = await held(ten, hoarder);
    expect(await hold({ seatIds: ["2-11"] }, hoarder)).toMatchObject(problem("HOLD_LIMIT_REACHED"));
    await remove(second, hoarder);
    expect((await hold({ seatIds: ["2-11"] }, hoarder)).status).toBe(201);
  });
});

describe("a booking with a hold", () => {
  it("has its places, to the end", async () => {
    const standing = [{ name: "Standing", quantity: 2 }];
    const made = (await hold({ seatIds: ["2-1", "2-2"], generalAdmission: standing })).body;
    const { holdId, seatIds, totalAmount } = made;
    const other = { eventId, holdId, seatIds: ["2-3"] };
    expect(await buyer.post("/api/bookings", other)).toMatchObject(problem("VALIDATION_ERROR", "seatIds"));
    const id = await book(buyer, { eventId, holdId, paymentMethod: CARD, expectedTotal: totalAmount });
    expect(await decided(buyer, id)).toMatchObject({ status: "CONFIRMED", seatIds });
    // Twice with one hold, and giving back what is sold: neither.
    expect(await buyer.post("/api/bookings", { eventId, holdId })).toMatchObject(problem("HOLD_EXPIRED"));
    expect(await remove(holdId)).toMatchObject({ status: 204 });
    const late = await decided(stranger, await book(stranger, bookingBody(eventId, ["2-1"])));
    expect(late).toMatchObject({ status: "FAILED", failureReason: "SEATS_UNAVAILABLE" });
  });

  it("has the best that were free, side by side", async () => {
    const best = { bestAvailable: { quantity: 3, tier: "A", minPrice: 1 } };
    const [mine, theirs] = await Promise.all([hold(best), hold(best, stranger)]);
    const rows = [mine, theirs].map(({ body }) => body.seatIds.map((id) => id.split("-").map(Number)));
    for (const [first, second, third] of rows as [number, number][][]) {
      expect([second, third]).toEqual([
        [first![0], first![1] + 1],
        [first![0], first![1] + 2],
      ]);
    }
    expect(mine.body.seatIds).not.toContain(theirs.body.seatIds[0]);
    const id = await book(buyer, { eventId, holdId: mine.body.holdId, paymentMethod: CARD });
    expect(await decided(buyer, id)).toMatchObject({ status: "CONFIRMED", seatIds: mine.body.seatIds });
  });

  it("keeps others' bookings out until it is there", async () => {
    const holdId = await held({ seatIds: ["3-11"] });
    const theirs = await decided(stranger, await book(stranger, bookingBody(eventId, ["3-11"])));
    expect(theirs).toMatchObject({ status: "FAILED", failureReason: "SEATS_UNAVAILABLE" });
    const id = await book(buyer, { eventId, holdId, seatIds: ["3-11"], paymentMethod: CARD });
    expect(await decided(buyer, id)).toMatchObject({ status: "CONFIRMED", seatIds: ["3-11"] });
  });
});
