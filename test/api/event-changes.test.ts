import { describe, expect, it } from "vitest";
import type { Booking } from "#local/e2e/context.ts";
import { until } from "#local/e2e/until.ts";
import { book, bookingBody, decided, seatMapOf, statusOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { eventBody, newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

const [organiser, other, admin, buyer] = await Promise.all([
  someone("ORGANISER"),
  someone("ORGANISER"),
  someone("ADMIN"),
  someone("USER"),
]);
const venueId = await newVenue(organiser);
const tiers = (price: number) => [{ tier: "A", price, currency: "EUR" }];

/** The seats' status once the map has heard of a change. */
const seats = (eventId: string, wanted: Record<string, string>) =>
  until(
    `the seats ${JSON.stringify(wanted)}`,
    () => statusOf(eventId, Object.keys(wanted)),
    (status) => JSON.stringify(status) === JSON.stringify(wanted),
  );

describe("a change of an event", () => {
  it("is seen at once, on its page and in the list, and by an admin's hand too [route PUT /api/events/{id}: works]", async () => {
    const id = await newEvent(organiser, venueId);
    const path = `/api/events/${id}`;
    const before = await anyone.get(path);
    await anyone.get(`/api/events?venueId=${venueId}&perPage=100`);
    for (const [n, caller] of [organiser, admin].entries()) {
      const name = `Named ${n}`;
      const changed = await caller.put(path, { name, category: "jazz" });
      expect(changed).toMatchObject({ status: 200, body: { id, name, category: "jazz", version: n + 2 } });
      expect((await anyone.get(path)).body).toEqual(changed.body);
      const list = await anyone.get<{ data: { id: string; name: string }[] }>(
        `/api/events?venueId=${venueId}&perPage=100`,
      );
      expect(list.body.data.find((event) => event.id === id)).toMatchObject({ name });
    }
    const etag = before.headers.get("etag")!;
    expect((await anyone.get(path, { "if-none-match": etag })).status).toBe(200);
  });

  it("is nobody else's: for others the event is not there [route PUT /api/events/{id}: foreign owner] [route POST /api/events/{id}/cancel: foreign owner]", async () => {
    const path = `/api/events/${await newEvent(organiser, venueId)}`;
    expect(await other.put(path, { name: "Mine" })).toMatchObject(problem("EVENT_NOT_FOUND"));
    expect(await other.post(`${path}/cancel`, {})).toMatchObject(problem("EVENT_NOT_FOUND"));
    expect(await buyer.put(path, { name: "Mine" })).toMatchObject(problem("FORBIDDEN"));
    expect((await anyone.get(path)).body).toMatchObject({ version: 1, status: "ON_SALE" });
  });

  it.each([
    ["name", { name: "A" }],
    ["name", { name: { $set: "x" } }],
    ["startsAt", { startsAt: "2020-01-01T00:00:00Z" }],
    ["status", { status: "DRAFT" }],
    ["status", { status: "ENDED" }],
    ["venueId", { venueId: "ven_1" }],
    ["ticketTiers.0.currency", { ticketTiers: [{ tier: "A", price: 5, currency: "USD" }] }],
    ["blockedSeatIds", { blockedSeatIds: ["9-9"] }],
    ["planVersion", { planVersion: 9 }],
    ["version", { version: 0 }],
  ])("is refused for its %s: %j [route PUT /api/events/{id}: bad input]", async (field, change) => {
    const path = `/api/events/${await newEvent(organiser, venueId)}`;
    expect(await organiser.put(path, change)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it.each(["ON_SALE", "DRAFT"])("that sends back what was read changes nothing: %s", async (status) => {
    const made = await organiser.post<{ id: string }>("/api/events", eventBody(venueId, { status }));
    expect(await organiser.put(`/api/events/${made.body.id}`, made.body)).toMatchObject({
      ...{ status: 200, body: made.body },
    });
  });

  it("may carry as many blocked seats as a plan has, and a body of 5 MB", async () => {
    const path = `/api/events/${await newEvent(organiser, venueId)}`;
    const ids = (length: number) =>
      Array.from({ length: 100_000 }, (_, n) => String(n).padStart(length, "x"));
    expect(await organiser.put(path, { blockedSeatIds: ids(40) })).toMatchObject(
      problem("VALIDATION_ERROR", "blockedSeatIds"),
    );
    expect(await organiser.put(path, { blockedSeatIds: ids(60) })).toMatchObject(
      problem("PAYLOAD_TOO_LARGE"),
    );
    expect(await organiser.put(path, { blockedSeatIds: [...ids(1), "1"] })).toMatchObject(
      problem("VALIDATION_ERROR", "blockedSeatIds"),
    );
  });

  it("that was made for an older version is refused", async () => {
    const path = `/api/events/${await newEvent(organiser, venueId)}`;
    expect((await organiser.put(path, { version: 1, name: "Second" })).status).toBe(200);
    expect(await organiser.put(path, { version: 1, name: "Third" })).toMatchObject(
      problem("EVENT_CHANGED_MEANWHILE"),
    );
  });

  it("of a price holds for new bookings; one that is pending keeps its own", async () => {
    const id = await newEvent(organiser, venueId);
    const paymentMethod = { type: "card", token: "pm_card_threeDSecure2Required" };
    const pending = await book(buyer, bookingBody(id, ["1-1"], { paymentMethod }));
    expect((await organiser.put(`/api/events/${id}`, { ticketTiers: tiers(4_000) })).status).toBe(200);
    const expecting = (expectedTotal: number) => bookingBody(id, ["1-2"], { expectedTotal });
    expect(await buyer.post("/api/bookings", expecting(PRICE))).toMatchObject(problem("PRICE_CHANGED"));
    const dearer = await decided(buyer, await book(buyer, expecting(4_000)));
    expect(dearer).toMatchObject({ status: "CONFIRMED", totalAmount: 4_000 });
    const { body } = await buyer.get<Booking>(`/api/bookings/${pending}`);
    expect(body).toMatchObject({ status: "PENDING", totalAmount: PRICE });
  });

  it("to a plan with more seats puts them on sale; what is sold stays sold", async () => {
    const venue = await newVenue(organiser);
    const id = await newEvent(organiser, venue);
    await decided(buyer, await book(buyer, bookingBody(id, ["1-1"])));
    await organiser.put(`/api/venues/${venue}/plan`, plan({ rows: 3, seatsPerRow: 11 }));
    expect((await seatMapOf(id)).summary.total).toBe(20);
    expect((await organiser.put(`/api/events/${id}`, { planVersion: 2 })).status).toBe(200);
    await seats(id, { "1-1": "RESERVED", "3-11": "AVAILABLE" });
    const gained = await decided(buyer, await book(buyer, bookingBody(id, ["1-11", "3-11"])));
    expect(gained).toMatchObject({ status: "CONFIRMED", totalAmount: 2 * PRICE });
    await organiser.put(`/api/venues/${venue}/plan`, plan({ rows: 1 }));
    expect(await organiser.put(`/api/events/${id}`, { planVersion: 3 })).toMatchObject(
      problem("VALIDATION_ERROR", "planVersion"),
    );
  });

  it("blocks seats, which nobody gets, and gives them back", async () => {
    const id = await newEvent(organiser, venueId, { blockedSeatIds: ["1-1"] });
    await seats(id, { "1-1": "BLOCKED", "1-2": "AVAILABLE" });
    await organiser.put(`/api/events/${id}`, { blockedSeatIds: ["1-2"] });
    await seats(id, { "1-1": "AVAILABLE", "1-2": "BLOCKED" });
    const refused = await decided(buyer, await book(buyer, bookingBody(id, ["1-2"])));
    expect(refused).toMatchObject({ status: "FAILED", failureReason: "SEATS_UNAVAILABLE" });
    const given = await decided(buyer, await book(buyer, bookingBody(id, ["1-1"])));
    expect(given.status).toBe("CONFIRMED");
  });
});

describe("a draft", () => {
  it("is its organiser's and the admins' to see, until it is on sale", async () => {
    const body = eventBody(venueId, { name: "Secret Evening", status: "DRAFT" });
    const { id } = (await organiser.post<{ id: string }>("/api/events", body)).body;
    const path = `/api/events/${id}`;
    for (const owner of [organiser, admin]) {
      const shown = await owner.get(path);
      expect(shown).toMatchObject({ status: 200, body: { id, status: "DRAFT" } });
      expect(shown.headers.get("cache-control")).toBe("private, no-store");
    }
    for (const stranger of [anyone, other, buyer]) {
      expect(await stranger.get(path)).toMatchObject(problem("EVENT_NOT_FOUND"));
    }
    expect(await anyone.get(path, { authorization: "Bearer x.y.z" })).toMatchObject(
      problem("EVENT_NOT_FOUND"),
    );
    expect(await anyone.get(`/api/inventory/events/${id}/seats`)).toMatchObject(problem("EVENT_NOT_FOUND"));
    expect(await buyer.post("/api/bookings", bookingBody(id, ["1-1"]))).toMatchObject(
      problem("EVENT_NOT_FOUND"),
    );
    const list = async () =>
      (await anyone.get<{ data: { id: string }[] }>("/api/events?q=secret evening")).body;
    expect((await list()).data).not.toContainEqual(expect.objectContaining({ id }));

    expect((await organiser.put(path, { status: "ON_SALE" })).body).toMatchObject({ status: "ON_SALE" });
    expect((await anyone.get(path)).status).toBe(200);
    expect((await list()).data).toContainEqual(expect.objectContaining({ id }));
    await until(
      "an open seat map",
      () => anyone.get(`/api/inventory/events/${id}/seats`),
      ({ status }) => status === 200,
    );
    expect((await decided(buyer, await book(buyer, bookingBody(id, ["1-1"])))).status).toBe("CONFIRMED");
  });
});

describe("a cancelled event", () => {
  it("is sold no more from the answer on, which a repeat gives again [route POST /api/events/{id}/cancel: works]", async () => {
    const id = await newEvent(organiser, venueId);
    const path = `/api/events/${id}`;
    await anyone.get(path);
    const cancelled = await organiser.post(`${path}/cancel`, { reason: "The singer is ill" });
    expect(cancelled).toMatchObject({
      status: 202,
      body: { eventId: id, status: "CANCELLED", reason: "The singer is ill" },
    });
    expect(await buyer.post("/api/bookings", bookingBody(id, ["1-1"]))).toMatchObject(
      problem("EVENT_NOT_ON_SALE"),
    );
    expect((await anyone.get(path)).body).toMatchObject({ status: "CANCELLED" });
    // Without a body too, and by an admin.
    expect(await admin.send("POST", `${path}/cancel`)).toMatchObject({ status: 202, body: cancelled.body });
    expect(await organiser.put(path, { name: "Revived" })).toMatchObject(problem("EVENT_NOT_CHANGEABLE"));
    const { data } = (
      await anyone.get<{ data: { id: string }[] }>(`/api/events?venueId=${venueId}&perPage=100`)
    ).body;
    expect(data).not.toContainEqual(expect.objectContaining({ id }));
  });

  it.each([
    ["reason", { reason: "x".repeat(501) }],
    ["reason", { reason: { $gt: "" } }],
    ["reason", { reason: "\0" }],
  ])("is none for a wrong %s: %.40j [route POST /api/events/{id}/cancel: bad input]", async (field, body) => {
    const path = `/api/events/${await newEvent(organiser, venueId)}`;
    expect(await organiser.post(`${path}/cancel`, body)).toMatchObject(problem("VALIDATION_ERROR", field));
    expect((await anyone.get(path)).body).toMatchObject({ status: "ON_SALE" });
  });

  it.each(["evnt_00000000000000000000000000000000", "%00", "$gt"])("is not %s", async (id) => {
    expect(await organiser.put(`/api/events/${id}`, {})).toMatchObject(problem("EVENT_NOT_FOUND"));
    expect(await organiser.post(`/api/events/${id}/cancel`, {})).toMatchObject(problem("EVENT_NOT_FOUND"));
  });
});

describe("what may be kept", () => {
  it("says for how long, and by which ETag it is asked for again", async () => {
    const id = await newEvent(organiser, venueId);
    for (const path of [`/api/events/${id}`, `/api/events?venueId=${venueId}`]) {
      const { headers } = await anyone.get(path);
      expect(headers.get("cache-control")).toBe("public, max-age=5, must-revalidate");
      const etag = headers.get("etag")!;
      const again = await anyone.get(path, { "if-none-match": etag });
      expect(again).toMatchObject({ status: 304, body: null });
      expect(again.headers.get("etag")).toBe(etag);
    }
  });
});

describe("trending events", () => {
  it("are those whose pages are looked at [route GET /api/events/trending: works]", async () => {
    const id = await newEvent(organiser, venueId);
    const trending = async () => {
      for (let n = 0; n < 20; n++) await anyone.get(`/api/events/${id}`);
      return anyone.get<{ data: { id: string }[]; source: string }>("/api/events/trending?limit=50");
    };
    const { body } = await until("the event among them", trending, (answer) =>
      answer.body.data.some((event) => event.id === id),
    );
    expect(body.source).toBe("trending");
  });

  it.each(["limit=0", "limit=51", "limit=x"])(
    "are not given for %s [route GET /api/events/trending: bad input]",
    async (query) => {
      expect(await anyone.get(`/api/events/trending?${query}`)).toMatchObject(
        problem("VALIDATION_ERROR", "limit"),
      );
    },
  );
});
