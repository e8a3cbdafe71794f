import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import type { EventInput } from "../../workers/events/src/core/merge.ts";
import { announce } from "../../workers/events/src/use-cases/create-event.ts";
import { quotes, seating } from "../../workers/events/src/use-cases/quote.ts";
import { updateEvent } from "../../workers/events/src/use-cases/update-event.ts";
import { putPlan } from "../../workers/events/src/use-cases/venues.ts";
import { DAY_MS, PRICE, plan } from "../support/bodies.ts";
import { caller, eventOf, readTogether, venueWith } from "./support/events.ts";
import { type EventsWorld, startEventsWorld } from "./support/world.ts";

let world: EventsWorld;
let owner: Identity;
let venueId: string;
beforeAll(async () => {
  world = await startEventsWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  owner = caller();
  venueId = await venueWith(world.deps, owner);
  world.sent = [];
});

const create = async (changes: object = {}) => (await eventOf(world.deps, owner, venueId, changes))._id;
const update = (id: string, input: EventInput, by = owner) => updateEvent(world.deps, by, id, input);
const isoIn = (ms: number) => new Date(world.now + ms).toISOString();
const adopt = async (id: string, seatingPlan: object, input: EventInput = {}) => {
  const { planVersion } = await putPlan(world.deps, owner, venueId, JSON.stringify(seatingPlan));
  return update(id, { ...input, planVersion });
};
/** What a refusal with this wrong field matches. */
const wrong = (path: string) => ({
  code: "VALIDATION_ERROR",
  errors: expect.arrayContaining([expect.objectContaining({ path })]),
});

describe("a change of an event", () => {
  it("is written in one step with its message and the next version", async () => {
    const id = await create();
    const startsAt = isoIn(20 * DAY_MS);
    const { event, venue } = await update(id, { name: "Another Evening", startsAt });
    expect(event).toMatchObject({ rev: 2, name: "Another Evening", seatingVersion: 1 });
    const stored = await world.stored(id);
    expect(stored).toMatchObject({ rev: 2, unsent: true });
    expect(stored!.outbox.map(({ value }) => JSON.parse(value))).toMatchObject([
      { type: "event.created" },
      {
        id: `event.updated:${id}:2`,
        payload: {
          ...{ eventId: id, version: 2, changed: ["name", "startsAt"], name: "Another Evening", startsAt },
          ...{ venueName: venue.name, planVersion: 1 },
        },
      },
    ]);
    await announce(world.deps, event);
    expect(world.sent.map(({ type }) => type)).toEqual(["event.created", "event.updated"]);
    expect(await world.stored(id)).toMatchObject({ outbox: [], unsent: false });
  });

  it("that changes nothing is no version and no message", async () => {
    const id = await create({ category: "jazz" });
    const { event } = await update(id, {
      ...{ category: "jazz", venueId, planVersion: 1, blockedSeatIds: [] },
      ticketTiers: [{ tier: "A", price: PRICE, currency: "EUR" }],
    });
    expect(event.rev).toBe(1);
    expect((await world.stored(id))!.outbox).toHaveLength(1);
  });

  it("empties what is null, and leaves what is absent", async () => {
    const id = await create({ category: "jazz", description: "All night", onSaleAt: isoIn(-DAY_MS) });
    const { event } = await update(id, { category: null, onSaleAt: null });
    expect(event).toMatchObject({ category: null, onSaleAt: null, description: "All night" });
  });

  it("is one of two at once", async () => {
    const id = await create();
    const deps = readTogether(world.deps, 2);
    const both = await Promise.allSettled(
      ["One", "Two"].map((name) => updateEvent(deps, owner, id, { name })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "EVENT_CHANGED_MEANWHILE" },
    });
    expect((await world.stored(id))!.rev).toBe(2);
  });

  it("for another version than the latest is refused", async () => {
    const id = await create();
    await update(id, { name: "Second", version: 1 });
    await expect(update(id, { name: "Third", version: 1 })).rejects.toMatchObject({
      code: "EVENT_CHANGED_MEANWHILE",
    });
  });

  it("is the owner's and the admins'", async () => {
    const id = await create();
    for (const stranger of [caller(), caller("USER")]) {
      await expect(update(id, { name: "Mine" }, stranger)).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    }
    expect((await update(id, { name: "Ours" }, caller("ADMIN"))).event).toMatchObject({
      name: "Ours",
      organiserId: owner.userId,
    });
  });

  it("is not made to one that is over", async () => {
    const id = await create();
    const before = world.now;
    world.now += 40 * DAY_MS;
    await expect(update(id, { name: "Too late" })).rejects.toMatchObject({ code: "EVENT_NOT_CHANGEABLE" });
    world.now = before;
  });

  it("may rename one that has begun, but not move its beginning into the past", async () => {
    const id = await create({ startsAt: isoIn(1_000), endsAt: isoIn(DAY_MS) });
    world.now += 2_000;
    expect((await update(id, { name: "Running" })).event.name).toBe("Running");
    await expect(update(id, { startsAt: isoIn(-1) })).rejects.toMatchObject(wrong("startsAt"));
  });

  it.each<[string, EventInput]>([
    ["startsAt", { startsAt: "2020-01-01T00:00:00Z" }],
    ["endsAt", { endsAt: "2020-01-01T00:00:00Z" }],
    ["onSaleAt", { onSaleAt: "2999-01-01T00:00:00Z" }],
    ["venueId", { venueId: "ven_1" }],
    ["planVersion", { planVersion: 7 }],
    ["blockedSeatIds", { blockedSeatIds: ["9-9"] }],
    ["blockedSeatIds", { blockedSeatIds: ["1-1", "1-1"] }],
    ["ticketTiers", { ticketTiers: [{ tier: "B", price: 1, currency: "EUR" }] }],
    ["ticketTiers.0.currency", { ticketTiers: [{ tier: "A", price: 1, currency: "USD" }] }],
    ["ticketTiers.0.capacity", { ticketTiers: [{ tier: "A", price: 1, currency: "EUR", capacity: 19 }] }],
  ])("is refused for its %s: %j", async (field, input) => {
    const id = await create();
    await expect(update(id, input)).rejects.toMatchObject(wrong(field));
    expect((await world.stored(id))!.rev).toBe(1);
  });

  it("of a price holds for the next quote", async () => {
    const id = await create();
    const ask = async () =>
      (await quotes(world.deps, [{ eventId: id, seatIds: ["1-1"], generalAdmission: [] }]))[0];
    expect(await ask()).toMatchObject({ quote: { totalAmount: PRICE, eventVersion: 1 } });
    await update(id, { ticketTiers: [{ tier: "A", price: 4_000, currency: "EUR" }] });
    expect(await ask()).toMatchObject({ quote: { totalAmount: 4_000, eventVersion: 2 } });
  });
});

describe("an event's seating", () => {
  it("gains seats and blocks some while it is sold", async () => {
    const id = await create();
    const { event } = await adopt(id, plan({ rows: 3 }), { blockedSeatIds: ["1-1"] });
    expect(event).toMatchObject({ planVersion: 2, seatingVersion: 2 });
    const seats = await seating(world.deps, id);
    expect(seats).toMatchObject({ seatingVersion: 2, eventVersion: 2, blockedSeatIds: ["1-1"] });
    expect(seats!.table.count).toBe(30);
    expect((await update(id, { blockedSeatIds: [] })).event.seatingVersion).toBe(3);
    // The map is kept until some time after the end.
    expect((await update(id, { endsAt: isoIn(35 * DAY_MS) })).event.seatingVersion).toBe(4);
    expect((await update(id, { name: "No matter" })).event.seatingVersion).toBe(4);
  });

  it("keeps its plan when the venue gets another", async () => {
    const id = await create();
    await putPlan(world.deps, owner, venueId, JSON.stringify(plan({ rows: 1 })));
    expect((await seating(world.deps, id))!.table.count).toBe(20);
  });

  it("loses no seat once the sale has begun", async () => {
    const id = await create();
    await expect(adopt(id, plan({ rows: 1 }))).rejects.toMatchObject(wrong("planVersion"));
    expect((await world.stored(id))!.planVersion).toBe(1);
  });

  it("resizes no standing area once the sale has begun, but may gain one", async () => {
    const standing = (capacity: number, name = "Standing") => ({ name, category: "A", capacity });
    venueId = await venueWith(world.deps, owner, plan({ generalAdmission: [standing(5)] }));
    const id = await create();
    for (const areas of [[standing(6)], [standing(4)], [standing(5, "Other")]]) {
      await expect(adopt(id, plan({ generalAdmission: areas }))).rejects.toMatchObject(wrong("planVersion"));
    }
    const more = plan({ generalAdmission: [standing(5), standing(9, "More")] });
    expect((await adopt(id, more)).event.seatingVersion).toBe(2);
  });

  it("is any other before the sale has begun, and forgets blocks of seats that are gone", async () => {
    const id = await create({ onSaleAt: isoIn(DAY_MS), blockedSeatIds: ["1-1", "2-1"] });
    const { event } = await adopt(id, plan({ rows: 1 }));
    expect(event).toMatchObject({ planVersion: 2, blockedSeatIds: ["1-1"] });
  });

  it("is not any other less than a minute before the sale, nor when that begins with the change", async () => {
    const soon = await create({ onSaleAt: isoIn(59_000) });
    await expect(adopt(soon, plan({ rows: 1 }))).rejects.toMatchObject(wrong("planVersion"));
    const later = await create({ onSaleAt: isoIn(DAY_MS) });
    const shrunk = plan({ rows: 1, seatsPerRow: 2 });
    await expect(adopt(later, shrunk, { onSaleAt: null })).rejects.toMatchObject(wrong("planVersion"));
  });

  it("is not set free by moving the sale into the future", async () => {
    const id = await create();
    const { event } = await update(id, { onSaleAt: isoIn(DAY_MS) });
    expect(event.saleBegan).toBe(true);
    await expect(adopt(id, plan({ rows: 1 }))).rejects.toMatchObject(wrong("planVersion"));
  });

  it("needs a price for each category that it gains", async () => {
    const id = await create();
    const more = plan({ rows: 2, categories: ["A", "B"] });
    await expect(adopt(id, more)).rejects.toMatchObject(wrong("ticketTiers"));
    const ticketTiers = ["A", "B"].map((tier) => ({ tier, price: PRICE, currency: "EUR" }));
    expect((await adopt(id, more, { ticketTiers })).event.planVersion).toBe(2);
  });
});

describe("a draft", () => {
  it("is told to nobody, whatever is done to it, until it is put on sale: then as it is then", async () => {
    const id = await create({ status: "DRAFT" });
    expect(await world.stored(id)).toMatchObject({ unsent: false, outbox: [], publishedAt: null });
    await adopt(id, plan({ rows: 1 }), { name: "Named Later" });
    expect(await world.stored(id)).toMatchObject({ unsent: false, outbox: [] });
    const ask = async () =>
      (await quotes(world.deps, [{ eventId: id, seatIds: ["1-1"], generalAdmission: [] }]))[0];
    expect(await ask()).toEqual({ ok: false, code: "EVENT_NOT_FOUND" });
    expect(await seating(world.deps, id)).toBeNull();

    const { event } = await update(id, { status: "ON_SALE" });
    expect(event.outbox.map(({ value }) => JSON.parse(value))).toMatchObject([
      { type: "event.created", payload: { eventId: id, name: "Named Later", totalSeats: 10 } },
    ]);
    expect(await ask()).toMatchObject({ ok: true, quote: { eventVersion: 3 } });
    expect((await seating(world.deps, id))!.table.count).toBe(10);
  });
});
