import { beforeEach, expect, it } from "vitest";
import { newId } from "#shared/ids/id.ts";
import { seatingOf } from "../testing/seating.ts";
import type { InventoryDeps } from "./deps.ts";
import { staticHalfOf } from "./static-half.ts";

let now: number;
let version: number;
let asked: number;
let eventId: string;
let deps: InventoryDeps;

beforeEach(() => {
  now = Date.parse("2026-12-01T18:00:00Z");
  version = 1;
  asked = 0;
  eventId = newId("evnt", now);
  const events = {
    async seating(id: string) {
      asked++;
      return id === eventId ? seatingOf(eventId, version, ["a"]) : null;
    },
  };
  deps = { clock: () => now, events } as InventoryDeps;
});

const versionFor = async (heardOf: number) => (await staticHalfOf(deps, eventId, heardOf)).eventVersion;

it("is asked for once, until half a minute has passed", async () => {
  expect([await versionFor(0), await versionFor(1)]).toEqual([1, 1]);
  version = 2;
  now += 29_999;
  expect([await versionFor(1), asked]).toEqual([1, 1]);
  now += 1;
  expect([await versionFor(1), asked]).toEqual([2, 2]);
});

it("is asked for at once by who has heard of a newer version, but for made-up ones once a second", async () => {
  await versionFor(1);
  version = 2;
  expect([await versionFor(2), asked]).toEqual([2, 2]);
  for (const madeUp of [3, 99, 4_294_967_295]) expect(await versionFor(madeUp)).toBe(2);
  expect(asked).toBe(3);
  now += 1_000;
  expect([await versionFor(99), await versionFor(98), asked]).toEqual([2, 2, 4]);
});

it("is not there for an event that is not", async () => {
  await expect(staticHalfOf(deps, "evnt_other", 0)).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
});
