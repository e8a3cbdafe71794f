import { beforeEach, describe, expect, it } from "vitest";
import { rebuildMap } from "#durable-objects/seat-map/core/rebuild.ts";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import { confirm, lock } from "#durable-objects/seat-map/testing/commands.ts";
import { opened, settle } from "#durable-objects/seat-map/testing/platform.ts";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { type MemoryLedger, memoryLedger } from "../testing/memory-ledger.ts";
import type { LedgerDeps } from "./deps.ts";
import { readLayout, readLedger, readPlaces } from "./read-ledger.ts";

let world: Awaited<ReturnType<typeof opened>>;
let ledger: MemoryLedger;
let deps: LedgerDeps;

/** A map of four rows, two of which are in the archive. */
beforeEach(async () => {
  world = await opened(9);
  ledger = memoryLedger();
  await world.map.apply([lock("bkg_1", ["A-1"])]);
  world.seen.now += 1_000;
  await world.map.poke();
  for (const segment of world.seen.segments) await ledger.append(segment);
  await world.map.apply([confirm("bkg_1")]);
  await world.map.apply([lock("bkg_2", ["A-2"])]);
  deps = {
    seatMapOf: () => world.map as SeatMapRpc,
    ledger,
    hasSeatMap: async (eventId) => eventId === "evnt_1",
  };
});

const page = (fromSeq: number, limit = 100) => readLedger(deps, "evnt_1", fromSeq, limit);
const firsts = ({ rows }: { rows: LedgerRow[] }) => rows.map(({ firstSeq }) => firstSeq);

describe("reading a ledger", () => {
  it("goes through the archive, and then on in the map, to the end of what is on disk", async () => {
    const first = await page(1);
    expect([firsts(first), first.nextSeq]).toEqual([[1, 2], 3]);
    const second = await page(3);
    expect([firsts(second), second.nextSeq]).toEqual([[3, 4], 5]);
    expect(await page(5)).toEqual({ rows: [], nextSeq: null });
    expect(firsts(await page(2, 1))).toEqual([2]);
  });

  it("gives a ledger that is whole, with the layout that is its own", async () => {
    const source = {
      layout: () => readLayout(deps, "evnt_1"),
      page: (fromSeq: number) => page(fromSeq, 1),
    };
    const { map, head, broken } = await rebuildMap(source, 3);
    expect([head, broken]).toEqual([world.seen.disk.head(), null]);
    expect(map!.places![0]).toMatchObject({ id: "A-1", status: "RESERVED" });
  });

  it("misses no row that goes to the archive and leaves the map between the two looks", async () => {
    let looks = 0;
    const { rows } = ledger;
    ledger.rows = async (...asked) => {
      looks += 1;
      const found = await rows(...asked);
      if (looks > 1) return found;
      // Meanwhile.
      world.seen.now += 1_000;
      await world.map.poke();
      await settle();
      for (const segment of world.seen.segments) await ledger.append(segment);
      world.seen.disk.commit({
        rows: [],
        snapshot: { ...world.seen.disk.head(), body: "", blocks: [] },
        ...{ publishedSeq: 4, archivedSeq: 4, forgetTo: 3 },
      });
      return found;
    };
    expect(firsts(await page(3))).toEqual([3, 4]);
    expect(looks).toBe(2);
  });

  it("makes no map of an event that has none", async () => {
    deps.seatMapOf = () => {
      throw new Error("this map was not asked for");
    };
    expect(await readLedger(deps, "evnt_2", 1, 10)).toEqual({ rows: [], nextSeq: null });
    expect(await readLayout(deps, "evnt_2")).toBeNull();
  });

  it("takes the layout from the archive where the map does not wake", async () => {
    const layout = await readLayout(deps, "evnt_1");
    deps.seatMapOf = () => ({ layout: () => Promise.reject(new Error("broken")) }) as never;
    expect(await readLayout(deps, "evnt_1")).toBe(layout);
    deps.ledger = memoryLedger();
    await expect(readLayout(deps, "evnt_1")).rejects.toThrow("broken");
  });
});

describe("reading places", () => {
  it("comes page by page, each with where the next one begins", async () => {
    await world.map.apply([lock("bkg_3", ["A-3"])]);
    world.seen.now += 1_000;
    await world.map.poke();
    for (const segment of world.seen.segments) await ledger.append(segment);
    const first = await readPlaces(deps, "evnt_1", "", 2);
    expect(first).toMatchObject({
      projectedSeq: 5,
      places: [{ placeId: "A-1", status: "RESERVED" }, { placeId: "A-2" }],
    });
    expect(first.nextPlaceId).toBe("A-2");
    const second = await readPlaces(deps, "evnt_1", "A-2", 2);
    expect([second.places.map(({ placeId }) => placeId), second.nextPlaceId]).toEqual([["A-3"], null]);
  });
});
