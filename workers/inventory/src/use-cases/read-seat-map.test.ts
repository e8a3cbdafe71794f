import { beforeEach, describe, expect, it } from "vitest";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import { lock } from "#durable-objects/seat-map/testing/commands.ts";
import { platform } from "#durable-objects/seat-map/testing/platform.ts";
import { newId } from "#shared/ids/id.ts";
import type { Seating } from "#shared/rpc/events.ts";
import { packSeatMap, presentSeatMap } from "../routes/present.ts";
import { seatingOf as seating } from "../testing/seating.ts";
import type { InventoryDeps } from "./deps.ts";
import { openSeatMap } from "./open-seat-map.ts";
import { readSeatMap } from "./read-seat-map.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");
const FRESH_MS = 30_000;

let now: number;
let eventId: string;
let known: Seating;
let deps: InventoryDeps;

const seatingOf = (version: number, seatIds: string[], standing = 0) =>
  seating(eventId, version, seatIds, standing);

beforeEach(async () => {
  now = NOW;
  eventId = newId("evnt", NOW);
  known = seatingOf(1, ["a", "b", "c"], 5);
  const { map } = platform();
  deps = {
    seatMapOf: () => map as SeatMapRpc,
    events: {
      quotes: () => Promise.reject(new Error("nobody books here")),
      seating: async (id) => (id === eventId ? known : null),
    },
    seatMaps: { record: async () => {}, endingAfter: async () => [], ping: async () => {} },
    clock: () => now,
    send: async () => {},
  };
});

const open = () => openSeatMap(deps, eventId);
const read = () => readSeatMap(deps, eventId);
const statuses = async () =>
  presentSeatMap(await read()).seats.map(({ id, status }) => `${id} ${status.toLowerCase()}`);

describe("reading a seat map", () => {
  it("knows nothing of an event that is not there, or whose map is not open yet", async () => {
    await expect(readSeatMap(deps, "evnt_other")).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    await expect(read()).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
  });

  it("joins what is there with what is free, and has another ETag once that changes", async () => {
    await open();
    const before = await read();
    await deps.seatMapOf(eventId).apply([lock("bkg_1", ["b"], 2)]);
    const after = await read();
    expect(after.etag).not.toBe(before.etag);
    expect(await statuses()).toEqual(["a available", "b locked", "c available"]);
    const { summary, generalAdmission } = presentSeatMap(after);
    expect(summary).toEqual({ total: 3, available: 2, locked: 1, reserved: 0, blocked: 0 });
    expect(generalAdmission).toMatchObject([{ name: "Floor", capacity: 5, available: 3 }]);
  });

  it("shows a new price once the old one is no longer fresh, under another ETag", async () => {
    await open();
    const before = await read();
    known = { ...seatingOf(2, ["a", "b", "c"], 5), seatingVersion: 1 };
    expect(presentSeatMap(await read()).seats[0]!.price).toBe(1_001);
    now += FRESH_MS;
    const after = await read();
    expect(presentSeatMap(after).seats[0]!.price).toBe(1_002);
    expect(after.etag).not.toBe(before.etag);
  });

  it("takes the new plan with the map that has it, however fresh the old one is", async () => {
    await open();
    await deps.seatMapOf(eventId).apply([lock("bkg_1", ["b"])]);
    await read();
    known = seatingOf(2, ["new", "a", "b", "c"], 5);
    await open();
    expect(await statuses()).toEqual(["new available", "a available", "b locked", "c available"]);
  });

  it("shows as blocked what the map does not have yet", async () => {
    await open();
    await deps.seatMapOf(eventId).apply([lock("bkg_1", ["b"])]);
    known = seatingOf(2, ["new", "a", "b", "c"], 5);
    now += FRESH_MS;
    expect(await statuses()).toEqual(["new blocked", "a available", "b locked", "c available"]);
  });
});

describe("the packed form", () => {
  it("says in two bits a seat what the JSON says", async () => {
    await open();
    await deps.seatMapOf(eventId).apply([lock("bkg_1", ["b"], 2)]);
    const reading = await read();
    const bytes = packSeatMap(reading);
    const data = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("TFS1");
    const [seats, areas, eventVersion, planVersion, epoch] = [4, 8, 12, 16, 20].map((at) =>
      data.getUint32(at),
    );
    expect([seats, areas, eventVersion, planVersion, epoch]).toEqual([3, 1, 1, 1, 1]);
    expect(data.getBigUint64(24)).toBe(BigInt(reading.view.seq));
    expect(data.getUint32(32)).toBe(3);
    expect([...bytes.subarray(36)]).toEqual([0b00_01_00]);
  });

  it("takes 25 KB for 100,000 seats", async () => {
    known = seatingOf(
      1,
      Array.from({ length: 100_000 }, (_, n) => `seat-${n}`),
    );
    await open();
    expect(packSeatMap(await read()).length).toBe(25_032);
  });
});
