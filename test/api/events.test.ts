import { describe, expect, it } from "vitest";
import { problem } from "../support/client.ts";
import { DAY_MS, eventBody, newEvent, newVenue, plan } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

interface Listed {
  data: { id: string; name: string; startsAt: string }[];
  pagination: { page: number; perPage: number; total: number; totalPages: number };
}

const [organiser, other, admin, buyer] = await Promise.all([
  someone("ORGANISER"),
  someone("ORGANISER"),
  someone("ADMIN"),
  someone("USER"),
]);
const venueId = await newVenue(organiser, plan({ categories: ["A", "B"] }));
const PRICES = [
  { tier: "A", price: 5_000, currency: "EUR" },
  { tier: "B", price: 2_000, currency: "EUR" },
];
const body = (changes: object = {}) => eventBody(venueId, { ticketTiers: PRICES, ...changes });
const create = (changes: object = {}) => organiser.post<{ id: string }>("/api/events", body(changes));
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

describe("an event", () => {
  it("is created in one's own venue, and shows with its tiers and venue [route POST /api/events: works] [route GET /api/events/{id}: works]", async () => {
    const made = await create({
      description: "Two\nlines",
      category: "jazz",
      organiserId: other.identity.userId,
    });
    expect(made.status).toBe(201);
    expect(made.headers.get("location")).toBe(`/api/events/${made.body.id}`);
    expect(made.body).toMatchObject({
      organiserId: organiser.identity.userId,
      status: "ON_SALE",
      currency: "EUR",
      description: "Two\nlines",
      venue: { id: venueId },
      ticketTiers: PRICES.map((tier) => ({ ...tier, seatCategories: [tier.tier] })),
    });
    expect((await anyone.get(`/api/events/${made.body.id}`)).body).toEqual(made.body);
  });

  it("is created by sellers only, and in another's venue by nobody but an admin [route POST /api/events: foreign owner]", async () => {
    expect(await buyer.post("/api/events", body())).toMatchObject(problem("FORBIDDEN"));
    expect(await anyone.post("/api/events", body())).toMatchObject(problem("UNAUTHENTICATED"));
    expect(await other.post("/api/events", body())).toMatchObject(problem("VENUE_NOT_FOUND"));
    // It stays the organiser's: an admin acts for the venue's owner.
    expect(await admin.post("/api/events", body())).toMatchObject({
      status: 201,
      body: { organiserId: organiser.identity.userId },
    });
  });

  it("needs a venue with a plan", async () => {
    const { id } = (await organiser.post<{ id: string }>("/api/venues", { ...VENUE_WITHOUT_PLAN })).body;
    expect(await create({ venueId: id })).toMatchObject(problem("PLAN_NOT_FOUND"));
    expect(await create({ venueId: "ven_1" })).toMatchObject(problem("VENUE_NOT_FOUND"));
  });

  const VENUE_WITHOUT_PLAN = {
    name: "Bare Hall",
    address: "Lane 1",
    city: "Graz",
    country: "AT",
    capacity: 10,
  };
  const tier = (changes: object) => [{ ...PRICES[0], ...changes }, PRICES[1]];

  it.each([
    ["ticketTiers", { ticketTiers: [] }],
    ["ticketTiers", { ticketTiers: PRICES.slice(0, 1) }],
    ["ticketTiers.1.currency", { ticketTiers: [PRICES[0], { ...PRICES[1], currency: "USD" }] }],
    ["ticketTiers.0.currency", { ticketTiers: tier({ currency: "eur" }) }],
    ["ticketTiers.0.price", { ticketTiers: tier({ price: -1 }) }],
    ["ticketTiers.0.price", { ticketTiers: tier({ price: 10.5 }) }],
    ["ticketTiers.0.price", { ticketTiers: tier({ price: 100_000_000 }) }],
    ["ticketTiers.0.seatCategories", { ticketTiers: tier({ seatCategories: ["A", "Z"] }) }],
    ["ticketTiers.1.seatCategories", { ticketTiers: tier({ seatCategories: ["A", "B"] }) }],
    ["ticketTiers.0.tier", { ticketTiers: tier({ tier: "\0" }) }],
    ["startsAt", { startsAt: "2020-01-01T19:00:00Z" }],
    ["startsAt", { startsAt: "tomorrow" }],
    ["endsAt", { endsAt: "2020-01-01T19:00:00Z" }],
    ["name", { name: "A" }],
    ["name", { name: "A\0B" }],
    ["imageUrl", { imageUrl: "picture.png" }],
    ["imageUrl", { imageUrl: "javascript:alert(1)" }],
    ["onSaleAt", { onSaleAt: 5 }],
    ["onSaleAt", { onSaleAt: "2999-01-01T00:00:00Z" }],
    ["status", { status: "CANCELLED" }],
    ["blockedSeatIds", { blockedSeatIds: ["9-9"] }],
    ["blockedSeatIds", { blockedSeatIds: ["1-1", "1-1"] }],
    ["ticketTiers.0.capacity", { ticketTiers: tier({ capacity: 9 }) }],
  ])("is refused for %s: %j [route POST /api/events: bad input]", async (field, changes) => {
    expect(await create(changes)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it.each(["evnt_00000000000000000000000000000000", "%00", "$gt"])(
    "is not found as %s [route GET /api/events/{id}: bad input]",
    async (id) => {
      expect(await anyone.get(`/api/events/${id}`)).toMatchObject(problem("EVENT_NOT_FOUND"));
    },
  );
});

describe("the list of events", () => {
  const list = async (query: string) => (await anyone.get<Listed>(`/api/events?${query}`)).body;

  it("is by date, in pages, and of one venue where that is asked for [route GET /api/events: works]", async () => {
    const venue = await newVenue(organiser);
    const days = [5, 3, 4];
    const names = new Map<number, string>();
    for (const day of days) {
      names.set(day, await newEvent(organiser, venue, { startsAt: inDays(day), endsAt: inDays(day + 0.1) }));
    }
    const byDate = [3, 4, 5].map((day) => names.get(day));
    const first = await list(`venueId=${venue}&perPage=2`);
    expect(first.pagination).toEqual({ page: 1, perPage: 2, total: 3, totalPages: 2 });
    const second = await list(`venueId=${venue}&perPage=2&page=2`);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(byDate);
    expect((await list(`venueId=${venue}&page=3&perPage=2`)).data).toEqual([]);
    expect((await list(`venueId=${venue}&from=${inDays(3.5)}&to=${inDays(4.5)}`)).data).toHaveLength(1);
    expect((await list(`venueId=${venue}&from=${inDays(6)}`)).data).toEqual([]);
  });

  it("is searched by words as they stand, and by category", async () => {
    const word = `w${crypto.randomUUID().slice(0, 8)}`;
    const category = `c-${word}`;
    const id = await newEvent(organiser, await newVenue(organiser), { name: `The ${word} (live)`, category });
    const ids = async (query: Record<string, string>) =>
      (await list(new URLSearchParams(query).toString())).data.map((event) => event.id);
    expect(await ids({ q: `${word.toUpperCase()} (LIVE)` })).toEqual([id]);
    expect(await ids({ q: `${word}.*` })).toEqual([]);
    expect(await ids({ category })).toEqual([id]);
    expect(await ids({ category: `${category}x` })).toEqual([]);
  });

  it.each([
    "perPage=101",
    "perPage=0",
    "page=0",
    "page=x",
    "page=1.5",
    "from=yesterday",
    "to=1",
    `q=${"a".repeat(101)}`,
    "to=2030-01-01T00:00:00Z&from=2030-01-01T00:00:00-00:01",
  ])("is not given for %s [route GET /api/events: bad input]", async (query) => {
    const field = query.split("=")[0]!;
    expect(await anyone.get(`/api/events?${query}`)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it.each([
    "q=(((",
    "venueId[$gt]=",
    "category[$ne]=x",
    "page=10000&perPage=100",
    "from=9999-12-31T23:59:59Z",
    "from=2030-01-01T02:00:00%2B02:00&to=2030-01-01T00:00:00Z",
  ])("takes %s for what it is", async (query) => {
    expect((await anyone.get(`/api/events?${query}`)).status).toBe(200);
  });
});
