import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import { cancelEvent } from "../../workers/events/src/use-cases/cancel-event.ts";
import { announce } from "../../workers/events/src/use-cases/create-event.ts";
import { findDraft, findPublicEvent } from "../../workers/events/src/use-cases/find-events.ts";
import { quotes } from "../../workers/events/src/use-cases/quote.ts";
import { updateEvent } from "../../workers/events/src/use-cases/update-event.ts";
import { DAY_MS } from "../support/bodies.ts";
import { caller, eventOf, readTogether, venueWith } from "./support/events.ts";
import { type EventsWorld, startEventsWorld } from "./support/world.ts";

let world: EventsWorld;
let owner: Identity;
let venueId: string;
beforeAll(async () => {
  world = await startEventsWorld();
  owner = caller();
  venueId = await venueWith(world.deps, owner);
});
afterAll(() => world.close());
beforeEach(() => {
  world.sent = [];
});

const create = async (changes: object = {}) => (await eventOf(world.deps, owner, venueId, changes))._id;
const cancel = (id: string, reason: string, by = owner) => cancelEvent(world.deps, by, id, reason);

describe("an event's cancellation", () => {
  it("is written in one step with its message, and nothing is sold from then on", async () => {
    const id = await create();
    const cancelledAt = new Date(world.now);
    const event = await cancel(id, "The singer is ill");
    expect(event).toMatchObject({ status: "CANCELLED", rev: 2, unsent: true });
    expect(await quotes(world.deps, [{ eventId: id, seatIds: ["1-1"], generalAdmission: [] }])).toEqual([
      {
        ...{ ok: false, code: "EVENT_NOT_ON_SALE" },
      },
    ]);
    await announce(world.deps, event);
    expect(world.sent.at(-1)).toMatchObject({
      ...{ id: `event.cancelled:${id}`, type: "event.cancelled" },
      payload: {
        ...{ eventId: id, organiserId: owner.userId, reason: "The singer is ill" },
        cancelledAt: cancelledAt.toISOString(),
      },
    });
  });

  it("is told by the sweeper where a crash came before it was told", async () => {
    const id = await create();
    await cancel(id, "");
    await world.deps.store.events.sweepOutbox(world.deps.send, new Date());
    const types = world.sent.filter(({ payload }) => (payload as { eventId: string }).eventId === id);
    expect(types.map(({ type }) => type)).toEqual(["event.created", "event.cancelled"]);
    expect(await world.stored(id)).toMatchObject({ outbox: [], unsent: false });
  });

  it("is made once: again, and by two at once, with the first answer", async () => {
    const id = await create();
    const deps = readTogether(world.deps, 2);
    const both = await Promise.all(["One", "Two"].map((reason) => cancelEvent(deps, owner, id, reason)));
    world.now += 1_000;
    const again = await cancel(id, "Three");
    for (const { cancellation } of both) expect(cancellation).toEqual(again.cancellation);
    expect((await world.stored(id))!.outbox).toHaveLength(2);
  });

  it("wins over a change at the same time, or comes after it; no change comes after it", async () => {
    const id = await create();
    const deps = readTogether(world.deps, 2);
    const [cancelled] = await Promise.allSettled([
      cancelEvent(deps, owner, id, ""),
      updateEvent(deps, owner, id, { name: "Other" }),
    ]);
    expect(cancelled.status).toBe("fulfilled");
    expect((await world.stored(id))!.status).toBe("CANCELLED");
    await expect(updateEvent(world.deps, owner, id, { name: "Late" })).rejects.toMatchObject({
      code: "EVENT_NOT_CHANGEABLE",
    });
  });

  it("is the owner's and the admins'", async () => {
    const id = await create();
    await expect(cancel(id, "", caller())).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    expect((await world.stored(id))!.status).toBe("ON_SALE");
    expect((await cancel(id, "", caller("ADMIN"))).status).toBe("CANCELLED");
  });

  it("of one that is over is refused, but not the answer to one that was made before", async () => {
    const [over, cancelled] = [await create(), await create()];
    await cancel(cancelled, "Rain");
    const before = world.now;
    world.now += 31 * DAY_MS;
    await expect(cancel(over, "")).rejects.toMatchObject({ code: "EVENT_NOT_CHANGEABLE" });
    expect((await cancel(cancelled, "Snow")).cancellation.reason).toBe("Rain");
    world.now = before;
  });

  it("of a draft is told to nobody, and shows it to nobody", async () => {
    const id = await create({ status: "DRAFT" });
    expect(await cancel(id, "")).toMatchObject({ status: "CANCELLED", outbox: [], unsent: false });
    expect(await findPublicEvent(world.deps, id)).toBeNull();
    await expect(findDraft(world.deps, caller(), id)).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    await expect(findDraft(world.deps, null, id)).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    expect((await findDraft(world.deps, owner, id)).event.status).toBe("CANCELLED");
    expect(await quotes(world.deps, [{ eventId: id, seatIds: ["1-1"], generalAdmission: [] }])).toEqual([
      {
        ...{ ok: false, code: "EVENT_NOT_FOUND" },
      },
    ]);
  });
});
