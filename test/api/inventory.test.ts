import { beforeAll, describe, expect, it } from "vitest";
import type { SeatMap } from "#local/e2e/context.ts";
import type { SeatPlan } from "#shared/client/generated/types.gen.ts";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { applyDelta, decodeDelta } from "#shared/seats/delta.ts";
import { decodeSeats } from "#shared/seats/packed.ts";
import { book, bookingBody, decided, seatMapOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { anyone, someone, url } from "../support/world.ts";

const STANDING = { name: "Standing Room", category: "B", capacity: 5 };
const TIERS = [
  { tier: "Seat", price: PRICE, currency: "EUR", seatCategories: ["A"] },
  { tier: "Standing", price: 900, currency: "EUR", seatCategories: ["B"] },
];

/** Not as it was within the last second. */
const AS_IT_IS = { "cache-control": "no-cache" };

describe("the seat map", () => {
  let eventId: string;
  const path = () => `/api/inventory/events/${eventId}/seats`;
  beforeAll(async () => {
    const organiser = await someone("ORGANISER");
    const shape = { rows: 1, seatsPerRow: 3, categories: ["A", "B"], generalAdmission: [STANDING] };
    const venueId = await newVenue(organiser, plan(shape));
    eventId = await newEvent(organiser, venueId, { ticketTiers: TIERS });
  });

  it("has every seat with its place, tier, price and status, and the areas with what is free [route GET /api/inventory/events/{eventId}/seats: works]", async () => {
    const { body } = await anyone.get<SeatMap>(path(), AS_IT_IS);
    const seat = {
      section: "Stalls",
      row: "1",
      tier: "Seat",
      price: PRICE,
      currency: "EUR",
      status: "AVAILABLE",
    };
    expect(body).toEqual({
      eventId,
      seats: ["1", "2", "3"].map((number) => ({ id: `1-${number}`, number, ...seat })),
      generalAdmission: [
        { name: STANDING.name, tier: "Standing", price: 900, currency: "EUR", capacity: 5, available: 5 },
      ],
      summary: { total: 3, available: 3, locked: 0, reserved: 0, blocked: 0 },
    });
  });

  it("is sent once, and again when a seat was sold", async () => {
    const { headers, status } = await anyone.get(path(), AS_IT_IS);
    expect(status).toBe(200);
    const etag = headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await anyone.get(path(), { "if-none-match": etag, ...AS_IT_IS });
    expect(again).toMatchObject({ status: 304, body: null });
    expect(again.headers.get("etag")).toBe(etag);
    expect((await anyone.get(path(), { "if-none-match": '"another"' })).status).toBe(200);

    const buyer = await someone();
    const places = { generalAdmission: [{ name: STANDING.name, quantity: 2 }] };
    const bookingId = await book(buyer, bookingBody(eventId, ["1-2"], places));
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    const changed = await anyone.get<SeatMap>(path(), { "if-none-match": etag, ...AS_IT_IS });
    expect(changed.status).toBe(200);
    expect(changed.body.summary).toEqual({ total: 3, available: 2, locked: 0, reserved: 1, blocked: 0 });
    expect(changed.body.generalAdmission).toMatchObject([{ capacity: 5, available: 3 }]);
  });

  it("is packed where that is asked for, and then what has changed since", async () => {
    const organiser = await someone("ORGANISER");
    const id = await newEvent(organiser, await newVenue(organiser));
    const packed = async (query = "") => {
      const headers = { accept: PACKED_SEATS, ...AS_IT_IS };
      const answer = await fetch(`${url}/api/inventory/events/${id}/seats${query}`, { headers });
      expect(answer.headers.get("content-type")).toBe(PACKED_SEATS);
      return new Uint8Array(await answer.arrayBuffer());
    };
    const map = decodeSeats(await packed());
    expect([map.eventVersion, map.planVersion, map.seats]).toEqual([1, 1, 20]);
    const buyer = await someone();
    expect((await decided(buyer, await book(buyer, bookingBody(id, ["1-2"])))).status).toBe("CONFIRMED");
    const delta = decodeDelta(await packed(`?since=${map.epoch}-${map.seq}`));
    expect(delta.seats).toEqual([{ seat: 1, state: 2 }]);
    expect(applyDelta(map, delta)).toBe("applied");
    expect(map).toEqual(decodeSeats(await packed()));
    // Of what was never there nobody can say what has changed since: the whole map again.
    expect(decodeSeats(await packed("?since=999-1"))).toEqual(map);
    for (const since of ["x", "1", "1-", "-1-2"])
      expect(await anyone.get(`/api/inventory/events/${id}/seats?since=${since}`)).toMatchObject(
        problem("VALIDATION_ERROR", "since"),
      );
  });

  it("is each event's own, though the venue is the same", async () => {
    const organiser = await someone("ORGANISER");
    const venueId = await newVenue(organiser);
    const [one, other] = await Promise.all([newEvent(organiser, venueId), newEvent(organiser, venueId)]);
    const buyer = await someone();
    await decided(buyer, await book(buyer, bookingBody(one, ["1-1"])));
    expect((await seatMapOf(one)).summary).toMatchObject({ available: 19, reserved: 1 });
    expect((await seatMapOf(other)).summary).toMatchObject({ available: 20, reserved: 0 });
  });

  it.each(["evnt_00000000000000000000000000000000", "%00", "..", "evnt_1"])(
    "is not found for %s [route GET /api/inventory/events/{eventId}/seats: bad input]",
    async (id) => {
      expect(await anyone.get(`/api/inventory/events/${id}/seats`)).toMatchObject({ status: 404 });
    },
  );

  it("of no event is EVENT_NOT_FOUND", async () => {
    const path = "/api/inventory/events/evnt_00000000000000000000000000000000/seats";
    expect(await anyone.get(path)).toMatchObject(problem("EVENT_NOT_FOUND"));
  });
});

describe("the plan of a seat map", () => {
  const pathOf = (eventId: string) => `/api/inventory/events/${eventId}/plan`;

  it("is named by the packed map, and is kept for good under its version [route GET /api/inventory/events/{eventId}/plan: works]", async () => {
    const organiser = await someone("ORGANISER");
    const id = await newEvent(organiser, await newVenue(organiser, plan({ rows: 2, seatsPerRow: 3 })));
    const current = `${pathOf(id)}?v=1`;
    const found = await anyone.get(pathOf(id));
    expect([found.status, found.headers.get("location")]).toEqual([302, current]);
    expect(found.headers.get("cache-control")).toContain("max-age=5");
    const { body, headers } = await anyone.get<SeatPlan>(current);
    expect(headers.get("cache-control")).toContain("immutable");
    const { seats } = await seatMapOf(id);
    expect(body.seats.id).toEqual(seats.map((seat) => seat.id));
    expect(body.rows).toEqual(["1", "2"].map((row) => ({ section: "Stalls", row, seats: 3 })));
    expect(body).toMatchObject({ eventId: id, version: 1, currency: "EUR", tiers: [{ price: PRICE }] });
    const again = await anyone.get(current, { "if-none-match": headers.get("etag") ?? "" });
    expect(again.status).toBe(304);

    await organiser.put(`/api/events/${id}`, { name: "Another name" });
    const next = await anyone.get<SeatPlan>(`${pathOf(id)}?v=2`);
    expect([next.status, next.body?.version]).toEqual([200, 2]);
    for (const other of [1, 7]) {
      const { status, headers } = await anyone.get(`${pathOf(id)}?v=${other}`, AS_IT_IS);
      expect([status, headers.get("location")]).toEqual([302, `${pathOf(id)}?v=2`]);
    }
  });

  it("takes no other version than a number [route GET /api/inventory/events/{eventId}/plan: bad input]", async () => {
    for (const v of ["x", "0", "1.5", "4294967296"])
      expect(await anyone.get(`${pathOf("evnt_1")}?v=${v}`)).toMatchObject(problem("VALIDATION_ERROR", "v"));
    expect(await anyone.get(pathOf("evnt_1"))).toMatchObject(problem("EVENT_NOT_FOUND"));
  });
});
