import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "#shared/ids/id.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { someone, type User } from "../support/world.ts";

interface SeatsAt {
  head: { seq: number; hash: string };
  rows: number;
  broken: object | null;
  map: {
    seq: number;
    at: string | null;
    planVersion: number;
    summary: Record<string, number> | null;
    owners: { id: string; userId: string; status: string; seatIds: string[] }[];
    ownersTotal: number;
    seats?: { id: string; status: string; ownerId: string | null }[];
  };
}

const admin = await someone("ADMIN");
let [eventId, bookingId] = ["", ""];
let buyer: User;
const seatsAt = (query: string) => admin.get<SeatsAt>(`/api/admin/events/${eventId}/seats${query}`);

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
  buyer = await someone();
  bookingId = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
  expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
});

describe("what buyers saw of an event's seats", () => {
  it("is rebuilt from the ledger: free, locked, sold, one entry after the other [route GET /api/admin/events/{id}/seats: works]", async () => {
    const last = (await seatsAt("")).body;
    expect(last.broken).toBeNull();
    expect(last.map.seq).toBe(last.head.seq);
    const owner = { kind: "booking", id: bookingId, userId: buyer.identity.userId };
    const sold = { ...owner, status: "RESERVED", seatIds: ["1-1", "1-2"] };
    expect(last.map).toMatchObject({ summary: { reserved: 2, locked: 0 }, owners: [sold], ownersTotal: 1 });

    const before = (await seatsAt(`?at=${last.head.seq - 1}`)).body.map;
    expect(before.summary).toMatchObject({ reserved: 0, locked: 2 });
    expect(before.owners).toEqual([{ ...sold, status: "LOCKED" }]);
    const opened = (await seatsAt(`?at=${last.head.seq - 2}`)).body.map;
    expect(opened).toMatchObject({ summary: { reserved: 0, locked: 0 }, owners: [] });
    const nothing = (await seatsAt("?at=0")).body.map;
    expect(nothing).toMatchObject({ seq: 0, at: null, planVersion: 0, owners: [] });
  });

  it("has every place where it is asked for", async () => {
    const { map } = (await seatsAt("?places=all&at=999999")).body;
    expect(map.seats).toHaveLength(map.summary!.total!);
    expect(map.seats!.filter(({ ownerId }) => ownerId === bookingId).map(({ id }) => id)).toEqual([
      "1-1",
      "1-2",
    ]);
    expect((await seatsAt("")).body.map.seats).toBeUndefined();
  });

  it.each(["?at=-1", "?at=x", "?at=1.5", "?places=some"])(
    "is not shown for what means nothing: %s [route GET /api/admin/events/{id}/seats: bad input]",
    async (query) => expect(await seatsAt(query)).toMatchObject(problem("VALIDATION_ERROR")),
  );

  it.each(["nothing", newId("evnt", Date.now())])("is not there for an event that is not: %s", async (id) => {
    expect(await admin.get(`/api/admin/events/${id}/seats`)).toMatchObject(problem("EVENT_NOT_FOUND"));
  });
});
