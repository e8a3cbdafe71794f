import { beforeEach, describe, expect, it } from "vitest";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import { lockWith } from "#durable-objects/seat-map/testing/commands.ts";
import { platform } from "#durable-objects/seat-map/testing/platform.ts";
import { newId } from "#shared/ids/id.ts";
import type { Seating } from "#shared/rpc/events.ts";
import { seatingOf } from "../testing/seating.ts";
import type { InventoryDeps } from "./deps.ts";
import { createHold, extendHold, getHold, holdOfKnownEvent, releaseHold } from "./holds.ts";
import { openSeatMap } from "./open-seat-map.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");
const ME = { userId: "usr_1" };
const ANOTHER = { userId: "usr_2" };

let now: number;
let calls: string[];
let eventId: string;
let seating: Seating;
let deps: InventoryDeps;

beforeEach(async () => {
  now = NOW;
  calls = [];
  eventId = newId("evnt", NOW);
  seating = seatingOf(eventId, 1, ["a", "b", "c", "d"], 5);
  const { map, seen } = platform();
  seen.now = NOW;
  const counted = new Proxy(map as SeatMapRpc, {
    get(target, name: keyof SeatMapRpc) {
      return (...args: never[]) => {
        calls.push(name);
        seen.now = now;
        return (target[name] as (...all: never[]) => unknown).apply(target, args);
      };
    },
  });
  deps = {
    seatMapOf: () => counted,
    events: { seating: async (id: string) => (id === eventId ? seating : null) },
    seatMaps: { record: async () => {} },
    clock: () => now,
  } as unknown as InventoryDeps;
  await openSeatMap(deps, eventId);
  calls = [];
});

const hold = (wanted: object, who = ME, key?: string) => createHold(deps, who, { eventId, ...wanted }, key);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ code }) => code,
  );

describe("a hold", () => {
  it("is answered after one call of the map, with its places and prices", async () => {
    const generalAdmission = [{ name: "Floor", quantity: 2 }];
    const made = await hold({ seatIds: ["b"], generalAdmission });
    expect(calls).toEqual(["apply"]);
    expect(made).toEqual({
      holdId: expect.stringMatching(/^hold_[0-9a-f]{32}$/),
      ...{ eventId, status: "HELD", seatIds: ["b", "ga:Floor:1", "ga:Floor:2"], currency: "EUR" },
      lines: [
        { seatId: "b", label: "Stalls · 1 · b", tier: "A", quantity: 1, price: 1_001 },
        { seatId: null, label: "Floor", tier: "A", quantity: 2, price: 1_001 },
      ],
      ...{ totalAmount: 3_003, expiresAt: new Date(NOW + 300_000).toISOString(), extendable: true },
    });
    const { holdId } = made;
    expect(await getHold(deps, ME, { eventId, holdId })).toEqual(made);
    const asked = { eventId, holdId, userId: ME.userId };
    expect(await holdOfKnownEvent(deps, asked)).toEqual({
      ...{ outcome: "HELD", seatIds: ["b"], generalAdmission },
    });
  });

  it("names what is not free", async () => {
    await hold({ seatIds: ["a"] });
    await expect(hold({ seatIds: ["a", "b"] })).rejects.toMatchObject({
      ...{ code: "SEATS_UNAVAILABLE", unavailableSeatIds: ["a"] },
    });
    await expect(hold({ seatIds: ["nowhere"] })).rejects.toMatchObject({ unavailableSeatIds: ["nowhere"] });
  });

  it.each([
    ["INVALID_SEAT_COUNT", {}],
    ["INVALID_SEAT_COUNT", { generalAdmission: [{ name: "Floor", quantity: 11 }] }],
    ["VALIDATION_ERROR", { seatIds: ["a", "a"] }],
  ])("is refused with %s for %j, and the map is not asked", async (code, wanted) => {
    expect(await codeOf(hold(wanted))).toBe(code);
    expect(calls).toEqual([]);
  });

  it.each([
    ["of a cancelled event", { isForSale: false }],
    ["of one that is over", { endsAt: "2026-12-01T18:00:00.000Z" }],
    ["before its sale", { onSaleAt: "2026-12-01T18:00:00.001Z" }],
  ])("is not made %s", async (_what, change) => {
    Object.assign(seating, change);
    expect(await codeOf(hold({ seatIds: ["a"] }))).toBe("EVENT_NOT_ON_SALE");
    expect(calls).toEqual([]);
  });

  it("is not made on a closed map, nor where there is no event, for which no map is made", async () => {
    await deps.seatMapOf(eventId).close();
    expect(await codeOf(hold({ seatIds: ["a"] }))).toBe("EVENT_NOT_ON_SALE");
    calls = [];
    const nowhere = { eventId: "evnt_none", holdId: "hold_1" };
    expect(await codeOf(createHold(deps, ME, { ...nowhere, seatIds: ["a"] }, undefined))).toBe(
      "EVENT_NOT_FOUND",
    );
    for (const act of [getHold, extendHold, releaseHold]) {
      expect(await codeOf(act(deps, ME, nowhere))).toBe("EVENT_NOT_FOUND");
    }
    expect(await holdOfKnownEvent(deps, { ...nowhere, ...ME })).toEqual({ outcome: "NOT_FOUND" });
    expect(calls).toEqual([]);
  });

  it("with a key is one hold, whatever comes of it; the key is bound to its request and its user", async () => {
    const first = await hold({ seatIds: ["a"] }, ME, "mine");
    expect(await hold({ seatIds: ["a"] }, ME, "mine")).toEqual(first);
    expect(await codeOf(hold({ seatIds: ["b"] }, ME, "mine"))).toBe("IDEMPOTENCY_KEY_REUSED");
    expect((await hold({ seatIds: ["b"] }, ANOTHER, "mine")).holdId).not.toBe(first.holdId);
    await releaseHold(deps, ME, first);
    expect(await hold({ seatIds: ["a"] }, ME, "mine")).toMatchObject({ status: "RELEASED" });
  });

  it("is there for nobody else", async () => {
    const made = await hold({ seatIds: ["a"] });
    for (const act of [getHold, extendHold, releaseHold]) {
      expect(await codeOf(act(deps, ANOTHER, made))).toBe("HOLD_NOT_FOUND");
      expect(await codeOf(act(deps, ME, { eventId, holdId: "hold_none" }))).toBe("HOLD_NOT_FOUND");
    }
    expect(await holdOfKnownEvent(deps, { ...made, ...ANOTHER })).toEqual({ outcome: "NOT_FOUND" });
    expect(await getHold(deps, ME, made)).toEqual(made);
  });

  it("is extended once, and not when it is over", async () => {
    const made = await hold({ seatIds: ["a"] });
    now += 60_000;
    const extended = { ...made, expiresAt: new Date(NOW + 360_000).toISOString(), extendable: false };
    expect(await extendHold(deps, ME, made)).toEqual(extended);
    expect(await getHold(deps, ME, made)).toEqual(extended);
    expect(await codeOf(extendHold(deps, ME, made))).toBe("HOLD_NOT_EXTENDABLE");
    now += 300_000;
    expect(await getHold(deps, ME, made)).toMatchObject({ status: "EXPIRED", extendable: false });
    expect(await codeOf(extendHold(deps, ME, made))).toBe("HOLD_EXPIRED");
    expect(await holdOfKnownEvent(deps, { ...made, ...ME })).toEqual({ outcome: "OVER" });
  });

  it("is given back, as often as that is asked, and never a booking with it", async () => {
    const made = await hold({ seatIds: ["a"] });
    await releaseHold(deps, ME, made);
    await releaseHold(deps, ME, made);
    const again = await hold({ seatIds: ["a"] });
    await deps.seatMapOf(eventId).apply([lockWith(again.holdId, "bkg_1", ["a"])]);
    await releaseHold(deps, ME, again);
    expect(await getHold(deps, ME, again)).toMatchObject({ status: "RELEASED" });
    expect(await codeOf(hold({ seatIds: ["a"] }))).toBe("SEATS_UNAVAILABLE");
  });
});

describe("the best available", () => {
  const best = (wanted: object, key?: string) =>
    hold({ bestAvailable: { quantity: 2, accessible: 0, together: true, ...wanted } }, ME, key);

  it("is held after one call, once the map knows how its seats lie", async () => {
    const first = await best({}, "mine");
    expect(first.seatIds).toEqual(["a", "b"]);
    expect(calls).toEqual(["apply", "learnGeometry", "apply", "decision"]);
    calls = [];
    expect((await best({})).seatIds).toEqual(["c", "d"]);
    expect(calls).toEqual(["apply"]);
    expect(await codeOf(best({}))).toBe("SEATS_UNAVAILABLE");
    expect(await best({}, "mine")).toEqual(first);
    expect(await codeOf(best({ quantity: 1 }, "mine"))).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  it("waits for a map that has not come to the event's plan yet", async () => {
    seating = seatingOf(eventId, 2, ["a", "b", "c", "d", "e"], 5);
    await expect(best({})).rejects.toThrow("unavailable");
    await openSeatMap(deps, eventId);
    expect((await best({ quantity: 4 })).seatIds).toHaveLength(4);
  });

  it("is of a tier, a category and a price", async () => {
    seating.table.categories = ["Front", "Back", "Side"];
    seating.table.categoryIndex = Uint8Array.from([0, 1, 1, 2]);
    seating.tiers = [
      { tier: "Gold", price: 9_000 },
      { tier: "Silver", price: 5_000 },
      { tier: "Silver", price: 2_000 },
    ];
    const one = async (wanted: object) => (await best({ quantity: 1, ...wanted })).seatIds;
    expect(await one({ category: "Back", tier: "Silver" })).toEqual(["b"]);
    expect(await one({ minPrice: 5_000, maxPrice: 8_999 })).toEqual(["c"]);
    expect(await one({ tier: "Silver" })).toEqual(["d"]);
    expect(await codeOf(best({ maxPrice: 1_999 }))).toBe("SEATS_UNAVAILABLE");
    expect(await codeOf(best({ category: "Front", tier: "Silver" }))).toBe("SEATS_UNAVAILABLE");
    expect(await one({ tier: "Gold", minPrice: 9_000, maxPrice: 9_000 })).toEqual(["a"]);
  });

  it.each([
    ["accessible", { accessible: 3 }],
    ["minPrice", { minPrice: 2, maxPrice: 1 }],
    ["category", { category: "Roof" }],
    ["tier", { tier: "Platinum" }],
  ])("is refused for its %s: %j", async (field, wanted) => {
    const errors = [{ path: `bestAvailable.${field}` }];
    await expect(best(wanted)).rejects.toMatchObject({ code: "VALIDATION_ERROR", errors });
    expect(calls).toEqual([]);
  });
});
