import { describe, expect, it } from "vitest";
import { answerOf } from "#local/seed/api.ts";
import { PROGRAMME } from "#local/seed/programme.ts";
import { seedIfEmpty } from "#local/seed/seed.ts";
import { getVenue, listEvents } from "#shared/client/generated/sdk.gen.ts";
import { book, decided, seatMapOf } from "../support/bookings.ts";
import { anyone, config, someone } from "../support/world.ts";

const client = anyone.api;

const byName = async (name: string) => {
  const { data } = await answerOf(listEvents({ client, query: { q: name } }));
  return data.filter((event) => event.name === name);
};

describe("a seeded platform", () => {
  it("has two events in each of its two venues", async () => {
    const venues = await Promise.all(
      PROGRAMME.map(async ({ venue, events }) => {
        const found = (await Promise.all(events.map(({ name }) => byName(name)))).flat();
        expect(found).toHaveLength(2);
        expect(new Set(found.map(({ venueId }) => venueId)).size).toBe(1);
        const { name } = await answerOf(getVenue({ client, path: { id: found[0]!.venueId } }));
        expect(name).toBe(venue.name);
        return name;
      }),
    );
    expect(new Set(venues).size).toBe(2);
  });

  it("is not changed by another seed", async () => {
    expect(await seedIfEmpty(config)).toBe("everything was there");
    for (const { name } of PROGRAMME.flatMap(({ events }) => events)) {
      expect(await byName(name)).toHaveLength(1);
    }
  });

  it("sells seats and standing places of the arena in one booking", async () => {
    const [event] = await byName("Film Music in Concert");
    const { seats, summary } = await seatMapOf(event!.id);
    expect(seats.length).toBeGreaterThan(19_000);
    expect(summary.total).toBeGreaterThanOrEqual(seats.length);
    const buyer = await someone();
    const bookingId = await book(buyer, {
      eventId: event!.id,
      seatIds: ["210-7-1", "210-7-2"],
      generalAdmission: [
        { name: "Standing", quantity: 2 },
        { name: "Front standing", quantity: 1 },
      ],
      paymentMethod: { type: "card", token: "pm_card_visa" },
    });
    const booking = await decided(buyer, bookingId);
    expect(booking.status).toBe("CONFIRMED");
    const places = booking.tickets.map(({ placeId }) => placeId);
    expect(places).toHaveLength(5);
    expect(places.filter((id) => id.startsWith("ga:Standing:"))).toHaveLength(2);
    expect(places.filter((id) => id.startsWith("ga:Front standing:"))).toHaveLength(1);
  });
});
