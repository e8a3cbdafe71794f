import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import { cancelEvent } from "../../workers/events/src/use-cases/cancel-event.ts";
import { findTrending } from "../../workers/events/src/use-cases/find-events.ts";
import { DAY_MS } from "../support/bodies.ts";
import { caller, eventOf, venueWith } from "./support/events.ts";
import { type EventsWorld, startEventsWorld } from "./support/world.ts";

const HOUR_MS = 3_600_000;
const MIDNIGHT = Math.ceil(Date.now() / DAY_MS) * DAY_MS;

let world: EventsWorld;
let owner: Identity;
let events: string[];
beforeAll(async () => {
  world = await startEventsWorld();
  owner = caller();
  const venueId = await venueWith(world.deps, owner);
  events = [];
  for (let n = 0; n < 3; n++) events.push((await eventOf(world.deps, owner, venueId))._id);
});
afterAll(() => world.close());
/** Each test has days of its own. */
let day = 0;
beforeEach(() => {
  world.now = MIDNIGHT + 3 * day++ * DAY_MS;
});

/** So many views in one isolate, the last of which hands all of them on. */
async function view(id: string, times: number) {
  const { views } = world.isolate();
  await views.count("evnt_another");
  for (let n = 1; n < times; n++) await views.count(id);
  world.now += 1_000;
  await views.count(id);
}

const trending = async (limit = 10) => {
  const { found, source } = await findTrending(world.deps, limit);
  return { ids: found.map(({ event }) => event._id), source };
};

it("are the ones that were looked at most", async () => {
  expect((await trending()).source).toBe("upcoming");
  const [one, two, three] = events as [string, string, string];
  await view(two, 5);
  await view(one, 3);
  await view(three, 4);
  expect(await trending()).toEqual({ ids: [two, three, one], source: "trending" });
  expect(await trending(1)).toEqual({ ids: [two], source: "trending" });
});

it("are handed on once a second by an isolate, however many there are", async () => {
  const { views } = world.isolate();
  await views.count(events[0]!);
  for (let n = 0; n < 100; n++) await views.count(events[1]!);
  expect(await views.top()).toEqual([events[0]]);
  world.now += 1_000;
  await views.count(events[1]!);
  expect(await views.top()).toEqual([events[1], events[0]]);
});

it("count less with each hour, and not at all after a day", async () => {
  const [old, fresh] = events as [string, string];
  await view(old, 10);
  world.now += 6 * HOUR_MS;
  await view(fresh, 6);
  expect((await trending()).ids).toEqual([fresh, old]);
  world.now += 18 * HOUR_MS;
  expect((await trending()).ids).toEqual([fresh]);
  world.now += 7 * HOUR_MS;
  expect((await trending()).source).toBe("upcoming");
});

it("can be had: none that is cancelled, over or unknown", async () => {
  const venueId = await venueWith(world.deps, owner);
  const cancelled = (await eventOf(world.deps, owner, venueId))._id;
  const draft = (await eventOf(world.deps, owner, venueId, { status: "DRAFT" }))._id;
  const times = { startsAt: new Date(world.now + 5_000).toISOString() };
  const begun = (await eventOf(world.deps, owner, venueId, times))._id;
  for (const id of [cancelled, draft, begun, events[2]!, "evnt_1"]) await view(id, 2);
  await cancelEvent(world.deps, owner, cancelled, "");
  world.now += 10_000;
  expect(await trending()).toEqual({ ids: [events[2]], source: "trending" });
});
