import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LISTS, PAGES, pageOf, venueOf } from "#shared/edge/scopes.ts";
import type { AnswerCache } from "../../workers/events/src/repositories/answer-cache.ts";
import { findPublicEvent, findTrending } from "../../workers/events/src/use-cases/find-events.ts";
import { updateEvent } from "../../workers/events/src/use-cases/update-event.ts";
import { putPlan } from "../../workers/events/src/use-cases/venues.ts";
import { plan } from "../support/bodies.ts";
import { caller, eventOf, venueWith } from "./support/events.ts";
import { type EventsWorld, startEventsWorld } from "./support/world.ts";

let world: EventsWorld;
beforeAll(async () => {
  world = await startEventsWorld();
});
afterAll(() => world.close());

/** Asks for what is kept under a key; says what was answered and whether it had to be made. */
async function ask(cache: AnswerCache, scopes: string[], key: string, made: string | null) {
  let isMade = false;
  const answer = await cache.through(scopes, key, async () => {
    isMade = true;
    return made;
  });
  return { answer, isMade };
}

describe("answers that are kept", () => {
  it("are made once for all isolates, until what they were made from changes", async () => {
    const [one, other] = [world.isolate().cache, world.isolate().cache];
    expect(await ask(one, ["a", "b"], "k", "first 1")).toEqual({ answer: "first 1", isMade: true });
    expect(await ask(other, ["a", "b"], "k", "second")).toEqual({ answer: "first 1", isMade: false });
    for (const scope of ["a", "b"]) {
      await one.forget([scope]);
      expect(await ask(other, ["a", "b"], "k", scope)).toEqual({ answer: scope, isMade: true });
      expect(await ask(one, ["a", "b"], "k", "x")).toEqual({ answer: scope, isMade: false });
    }
    await one.forget(["c"]);
    expect(await ask(other, ["a", "b"], "k", "x")).toEqual({ answer: "b", isMade: false });
  });

  it("are not fresh where a change came while they were made", async () => {
    const { cache } = world.deps;
    await cache.through(["race"], "race", async () => {
      await cache.forget(["race"]);
      return "from before";
    });
    expect(await ask(cache, ["race"], "race", "from after")).toEqual({ answer: "from after", isMade: true });
  });

  it("are not kept when there is nothing, or too much", async () => {
    const { cache } = world.deps;
    expect(await ask(cache, ["n"], "none", null)).toEqual({ answer: null, isMade: true });
    expect((await ask(cache, ["n"], "none", null)).isMade).toBe(true);
    const long = "x".repeat(500_001);
    await ask(cache, ["n"], "long", long);
    expect((await ask(cache, ["n"], "long", long)).isMade).toBe(true);
  });
});

describe("a change", () => {
  /** The service, noting what it says is stale. */
  function watched() {
    const forgotten: string[] = [];
    const { cache } = world.deps;
    const forget = async (scopes: string[]) => {
      forgotten.push(...scopes);
      await cache.forget(scopes);
    };
    return { deps: { ...world.deps, cache: { ...cache, forget } }, forgotten };
  }

  it("makes stale what it changes, and a draft nothing", async () => {
    const owner = caller();
    const { deps, forgotten } = watched();
    const venueId = await venueWith(deps, owner);
    expect(forgotten.splice(0)).toEqual([PAGES, venueOf(venueId)]);
    await eventOf(deps, owner, venueId, { status: "DRAFT" });
    expect(forgotten).toEqual([]);
    const { _id: id } = await eventOf(deps, owner, venueId);
    expect(forgotten.splice(0)).toEqual([LISTS]);
    await updateEvent(deps, owner, id, { name: "Changed" });
    expect(forgotten.splice(0).toSorted()).toEqual([LISTS, pageOf(id)].toSorted());
    await putPlan(deps, owner, venueId, JSON.stringify(plan({ rows: 4 })));
    expect(forgotten).toEqual([PAGES, venueOf(venueId)]);
  });
});

// The last one: it takes Redis away.
describe("without Redis", () => {
  it("all works, and trending events are the upcoming ones, which say so", async () => {
    const owner = caller();
    const { _id: id } = await eventOf(world.deps, owner, await venueWith(world.deps, owner));
    await world.stopRedis();
    const deps = world.isolate();
    await updateEvent(deps, owner, id, { name: "Without" });
    expect(await ask(deps.cache, [LISTS], "k", "made")).toEqual({ answer: "made", isMade: true });
    expect((await findPublicEvent(deps, id))?.event.name).toBe("Without");
    await deps.views.count(id);
    const { found, source } = await findTrending(deps, 50);
    expect(source).toBe("upcoming");
    expect(found.map(({ event }) => event._id)).toContain(id);
  });
});
