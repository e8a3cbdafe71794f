import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import { findEvents } from "../../workers/events/src/use-cases/find-events.ts";
import { quotes, seating } from "../../workers/events/src/use-cases/quote.ts";
import { updateEvent } from "../../workers/events/src/use-cases/update-event.ts";
import { DAY_MS, plan } from "../support/bodies.ts";
import { caller, eventOf, venueWith } from "./support/events.ts";
import { type EventsWorld, startEventsWorld } from "./support/world.ts";

let world: EventsWorld;
let owner: Identity;
beforeAll(async () => {
  world = await startEventsWorld();
  owner = caller();
});
afterAll(() => world.close());

describe("a plan in pieces", () => {
  const CHUNK = 2_000_000;
  const roundTrip = async (text: string) => {
    const planId = `plan_${crypto.randomUUID()}`;
    await world.deps.store.plans.add(planId, text);
    const pieces: string[] = [];
    for await (const piece of world.deps.store.plans.pieces(planId)) pieces.push(piece);
    return pieces;
  };

  it("comes back as it was, in order", async () => {
    const text = "0123456789".repeat(450_000);
    const pieces = await roundTrip(text);
    expect(pieces.map(({ length }) => length)).toEqual([CHUNK, CHUNK, 500_000]);
    expect(pieces.join("") === text).toBe(true);
  });

  it("is cut between characters, not within one", async () => {
    const text = `${"x".repeat(CHUNK - 1)}🎭${"y".repeat(10)}`;
    const pieces = await roundTrip(text);
    expect(pieces.map(({ length }) => length)).toEqual([CHUNK - 1, 12]);
    expect(pieces.join("") === text).toBe(true);
  });

  it("is none where there is no such plan", async () => {
    const pieces = world.deps.store.plans.pieces("plan_none");
    expect((await pieces.next()).done).toBe(true);
  });
});

it.each([
  ["a guid that is too long for a seat map", 129, 0],
  ["more standing areas than a seat map has", 3, 101],
])("a plan with %s is refused when it is uploaded", async (_what, guidLength, areas) => {
  const generalAdmission = Array.from({ length: areas }, (_, n) => ({
    ...{ name: `Area ${n}`, category: "A", capacity: 1 },
  }));
  const seatingPlan = plan({ generalAdmission });
  seatingPlan.zones[0]!.rows[0]!.seats[0]!.seat_guid = "x".repeat(guidLength);
  await expect(venueWith(world.deps, owner, seatingPlan)).rejects.toMatchObject({
    ...{ code: "VALIDATION_ERROR", errors: [{ path: "plan" }] },
  });
});

it("an event of before versions and blocked seats were kept is on sale, and can be changed", async () => {
  const venueId = await venueWith(world.deps, owner);
  const { _id: like } = await eventOf(world.deps, owner, venueId);
  const { publishedAt, saleBegan, cancellation, seatingVersion, blockedSeatIds, ...older } =
    (await world.stored(like))!;
  const id = "evnt_0123456789abcdef0123456789abcdef";
  await world.put({ ...older, _id: id, outbox: [], unsent: false });
  expect(await quotes(world.deps, [{ eventId: id, seatIds: ["1-1"], generalAdmission: [] }])).toMatchObject([
    {
      ...{ ok: true, quote: { eventVersion: 1 } },
    },
  ]);
  expect(await seating(world.deps, id)).toMatchObject({ seatingVersion: 1, blockedSeatIds: [] });
  const { event } = await updateEvent(world.deps, owner, id, { blockedSeatIds: ["1-1"] });
  expect(event).toMatchObject({ rev: 2, seatingVersion: 2 });
});

it("lists do not carry the blocked seats, of which there may be thousands", async () => {
  const venueId = await venueWith(world.deps, owner);
  const { _id: id } = await eventOf(world.deps, owner, venueId, { blockedSeatIds: ["1-1", "1-2"] });
  const { found } = await findEvents(world.deps, { page: 1, perPage: 10, venueId });
  expect(found.map(({ event }) => event._id)).toEqual([id]);
  expect(JSON.stringify(found)).not.toContain('"1-2"');
  expect((await world.deps.store.events.findWhole(id))!.blockedSeatIds).toEqual(["1-1", "1-2"]);
});

it("lists by date within their bounds, whatever the zone they are given in", async () => {
  const venueId = await venueWith(world.deps, owner);
  const startsAt = new Date(world.now + 30 * DAY_MS);
  const { _id: id } = await eventOf(world.deps, owner, venueId);
  /** The event's beginning, shifted and told in UTC+2. */
  const at = (ms: number) => {
    const there = new Date(startsAt.getTime() + ms + 2 * 3_600_000).toISOString();
    return there.replace("Z", "+02:00");
  };
  const ids = async (bounds: object) => {
    const { found } = await findEvents(world.deps, { page: 1, perPage: 10, venueId, ...bounds });
    return found.map(({ event }) => event._id);
  };
  expect(await ids({ from: at(0), to: at(0) })).toEqual([id]);
  expect(await ids({ from: at(1) })).toEqual([]);
  expect(await ids({ to: at(-1) })).toEqual([]);
  expect(await ids({ from: "2000-01-01T00:00:00Z" })).toEqual([id]);
});
