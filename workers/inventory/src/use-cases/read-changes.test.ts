import { beforeEach, expect, it } from "vitest";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import { lock } from "#durable-objects/seat-map/testing/commands.ts";
import { platform } from "#durable-objects/seat-map/testing/platform.ts";
import { newId } from "#shared/ids/id.ts";
import type { Seating } from "#shared/rpc/events.ts";
import { applyDelta, decodeDelta } from "#shared/seats/delta.ts";
import { decodeSeats } from "#shared/seats/packed.ts";
import { packSeatMap } from "../routes/present.ts";
import { seatingOf } from "../testing/seating.ts";
import type { InventoryDeps } from "./deps.ts";
import { openSeatMap } from "./open-seat-map.ts";
import { readChanges } from "./read-changes.ts";
import { readSeatMap } from "./read-seat-map.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");

let now: number;
let eventId: string;
let seating: Seating;
let deps: InventoryDeps;

beforeEach(async () => {
  now = NOW;
  eventId = newId("evnt", NOW);
  seating = seatingOf(eventId, 1, ["a", "b", "c"], 5);
  const { map } = platform();
  deps = {
    seatMapOf: () => map as SeatMapRpc,
    events: { seating: async (id: string) => (id === eventId ? seating : null) },
    seatMaps: { record: async () => {} },
    clock: () => now,
  } as unknown as InventoryDeps;
  await openSeatMap(deps, eventId);
});

const packed = async () => decodeSeats(packSeatMap(await readSeatMap(deps, eventId)));
const lockSeats = (id: string, seats: string[], standing = 0) =>
  deps.seatMapOf(eventId).apply([lock(id, seats, standing)]);

it("bring a map that was read before to where it is now", async () => {
  const mine = await packed();
  await lockSeats("bkg_1", ["b"], 2);
  const changes = await readChanges(deps, eventId, mine);
  expect(applyDelta(mine, decodeDelta(changes!.delta))).toBe("applied");
  expect(mine).toEqual(await packed());
  const nothing = decodeDelta((await readChanges(deps, eventId, mine))!.delta);
  expect([nothing.seats, nothing.areas]).toEqual([[], []]);
});

it("cannot be told of an entry that was never made, or another epoch's", async () => {
  const { epoch, seq } = await packed();
  expect(await readChanges(deps, eventId, { epoch: epoch + 1, seq })).toBeNull();
  expect(await readChanges(deps, eventId, { epoch, seq: seq + 1_000 })).toBeNull();
});

it("are not told while the seats have another order for us than for the map", async () => {
  const before = await packed();
  seating = seatingOf(eventId, 2, ["new", "a", "b", "c"], 5);
  now += 30_000;
  await lockSeats("bkg_1", ["b"]);
  expect(await readChanges(deps, eventId, before)).toBeNull();
  const between = await packed();
  // It names the order that it is in, so that no delta of the other one fits it.
  expect(between.planVersion).toBe(2);
  await openSeatMap(deps, eventId);
  expect(await readChanges(deps, eventId, between)).toBeNull();
});

it("are those of an event that is there", async () => {
  await expect(readChanges(deps, "evnt_other", { epoch: 1, seq: 1 })).rejects.toMatchObject({
    code: "EVENT_NOT_FOUND",
  });
});
