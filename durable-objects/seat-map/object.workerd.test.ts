import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NO_LIMITS } from "./core/buyer-limits.ts";
import type { SeatMapView, SeatResult } from "./rpc.ts";
import { SqliteStorage } from "./storage/sqlite.ts";
import { LIMITS } from "./testing/arbitrary.ts";
import { confirm, lock, planOf, release } from "./testing/commands.ts";
import { MemoryArchive } from "./testing/memory-archive.ts";
import { objectAgreesWithModel, type Stage } from "./testing/object-property.ts";
import { agreesWithModel } from "./testing/property.ts";
import { archive, LOCK_TTL_MS, type TestSeatMap, world } from "./testing/worker.ts";

const { SEAT_MAP } = env as unknown as { SEAT_MAP: DurableObjectNamespace<TestSeatMap> };

let map: DurableObjectStub<TestSeatMap>;

/** As the next caller finds it: a stub stays broken once its object has aborted. */
const again = () => SEAT_MAP.get(map.id);
const one = async (stub: typeof map, command: Parameters<TestSeatMap["apply"]>[0][number]) =>
  (await stub.apply([command]))[0] as SeatResult;
const sql = (query: string) =>
  runInDurableObject(again(), (_, { storage }) => storage.sql.exec(query).toArray());
const alarmAt = () => runInDurableObject(again(), (_, { storage }) => storage.getAlarm());
const breakTheDisk = () =>
  sql("CREATE TRIGGER disk_is_full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
const mendTheDisk = () => sql("DROP TRIGGER disk_is_full");
const published = (id: string) =>
  world.published.filter(({ owner }) => owner.id === id).map(({ kind }) => kind);

beforeEach(async () => {
  world.published.length = 0;
  Object.assign(world, { publisherIsDown: false, archiveMood: "up", archive: new MemoryArchive() });
  Object.assign(world, { entriesPerSnapshot: 5_000, buyerLimits: NO_LIMITS });
  map = SEAT_MAP.get(SEAT_MAP.newUniqueId());
  world.watched = map.id.toString();
  await map.open(planOf(200));
});

describe("many callers at once", () => {
  it("gives a seat to exactly one of 50", async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => one(map, lock(`bkg_${n}`, ["A-1", `A-${n + 2}`]))),
    );
    expect(results.filter(({ outcome }) => outcome === "LOCKED")).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === "REFUSED")).toHaveLength(49);
  });

  it("writes one log row for all who ask before a flush, and one for all who ask during it", async () => {
    await runInDurableObject<TestSeatMap, void>(map, async (instance) => {
      const first = Array.from({ length: 80 }, (_, n) => instance.apply([lock(`bkg_${n}`, [`A-${n + 1}`])]));
      const second: Promise<unknown>[] = [];
      // By the time the first one is answered, its flush is over; just before, it is under way.
      const storage = (instance as unknown as { ctx: DurableObjectState }).ctx.storage;
      const sync = storage.sync.bind(storage);
      const during = vi.spyOn(storage, "sync").mockImplementation(() => {
        during.mockRestore();
        for (let n = 80; n < 160; n++) second.push(instance.apply([lock(`bkg_${n}`, [`A-${n + 1}`])]));
        return sync();
      });
      await Promise.all(first);
      await Promise.all(second);
    });
    expect((await map.ledger(1, 10)).map(({ lastSeq }) => lastSeq)).toEqual([1, 81, 161]);
  });
});

describe("a new life", () => {
  const whatIsKnown = async (stub: typeof map) => {
    const { epoch, ...view } = await stub.view();
    return { view, one: await stub.decision("bkg_1"), two: await stub.decision("bkg_2"), epoch };
  };

  it("after an eviction knows everything, in a new epoch", async () => {
    await map.apply([lock("bkg_1", ["A-1"], 2), lock("bkg_2", ["A-2"]), confirm("bkg_2"), release("bkg_3")]);
    const before = await whatIsKnown(map);
    await evictDurableObject(map);
    const after = await whatIsKnown(again());
    expect(after).toEqual({ ...before, epoch: before.epoch + 1 });
  });

  it("after an abort knows everything", async () => {
    await map.apply([lock("bkg_1", ["A-1"]), lock("bkg_2", ["A-2"], 1), release("bkg_1")]);
    const before = await whatIsKnown(map);
    await runInDurableObject(map, (_, state) => state.abort("a test ends it")).catch(() => {});
    const after = await whatIsKnown(again());
    expect(after).toEqual({ ...before, epoch: before.epoch + 1 });
  });

  it("refuses a log that was tampered with", async () => {
    await one(map, lock("bkg_1", ["A-1"]));
    await sql(`UPDATE log SET entries = replace(entries, 'bkg_1', 'bkg_9')`);
    await evictDurableObject(map);
    const view = runInDurableObject<TestSeatMap, SeatMapView>(again(), (instance) => instance.view());
    await expect(view).rejects.toThrow("the seat log is broken");
  });
});

describe("a flush that fails", () => {
  it("takes every answer that rested on it back, and leaves memory no further than the disk", async () => {
    await one(map, lock("bkg_1", ["A-1"]));
    await breakTheDisk();
    const [first, second, view, decision] = await Promise.allSettled([
      one(map, lock("bkg_2", ["A-2"])),
      one(map, lock("bkg_3", ["A-2"])),
      map.view(),
      map.decision("bkg_2"),
    ]);
    expect([first!.status, second!.status]).toEqual(["rejected", "rejected"]);
    // A read may come so late that the next life answers it: from the disk, where A-2 is free.
    if (view!.status === "fulfilled") expect((view!.value as SeatMapView).packed[0]).toBe(0b01);
    if (decision!.status === "fulfilled") expect(decision!.value).toBeNull();
    expect(published("bkg_2")).toEqual([]);

    await mendTheDisk();
    expect(await again().decision("bkg_2")).toBeNull();
    expect(await one(again(), lock("bkg_4", ["A-2"]))).toMatchObject({ outcome: "LOCKED" });
    expect(await again().decision("bkg_1")).toMatchObject({ status: "LOCKED" });
  });
});

describe("the alarm", () => {
  it("ends a lock after an eviction, and sets itself for the next", async () => {
    await one(map, lock("bkg_1", ["A-1"]));
    const first = world.now + LOCK_TTL_MS;
    world.now += 1_000;
    await one(map, lock("bkg_2", ["A-2"]));
    await runDurableObjectAlarm(map);
    expect(await alarmAt()).toBe(first);

    await evictDurableObject(map);
    world.now = first;
    expect(await runDurableObjectAlarm(again())).toBe(true);
    expect(published("bkg_1")).toEqual(["locked", "released"]);
    expect(world.published.at(-1)).toMatchObject({ kind: "released", cause: "EXPIRED", seatIds: ["A-1"] });
    expect(await again().decision("bkg_2")).toMatchObject({ status: "LOCKED" });
    expect(await alarmAt()).toBe(first + 1_000);
  });

  it("survives a publisher that is down, and comes back for it", async () => {
    world.publisherIsDown = true;
    await one(map, lock("bkg_1", ["A-1"]));
    await vi.waitUntil(async () => (await alarmAt()) !== null);
    world.now += 60_000;
    expect(await runDurableObjectAlarm(map)).toBe(true);
    expect(await alarmAt()).toBeGreaterThan(world.now);
    expect(await alarmAt()).toBeLessThanOrEqual(world.now + 30_000);

    world.publisherIsDown = false;
    world.now += 30_000;
    await runDurableObjectAlarm(map);
    expect(published("bkg_1")).toEqual(["locked"]);
  });
});

describe("the outbox", () => {
  it("goes on from the saved cursor after an eviction: nothing again that was saved, nothing left out", async () => {
    await map.apply([lock("bkg_1", ["A-1"]), lock("bkg_2", ["A-2"])]);
    await map.poke();
    world.publisherIsDown = true;
    await map.apply([lock("bkg_3", ["A-3"]), lock("bkg_4", ["A-3"])]);
    await evictDurableObject(map);
    world.publisherIsDown = false;
    world.published.length = 0;
    await again().poke();
    expect(world.published.map(({ owner, kind }) => [owner.id, kind])).toEqual([
      ["bkg_3", "locked"],
      ["bkg_4", "lock-failed"],
    ]);
  });

  it("tells again what is asked again, or fails the call", async () => {
    await one(map, lock("bkg_1", ["A-1"]));
    await map.poke();
    const [first] = world.published;
    await one(map, lock("bkg_1", ["A-1"]));
    expect(world.published).toEqual([first, first]);
    world.publisherIsDown = true;
    await expect(one(map, lock("bkg_1", ["A-1"]))).rejects.toThrow("the publisher is down");
  });
});

describe("the ledger", () => {
  it("reads back in order from any entry on", async () => {
    await one(map, lock("bkg_1", ["A-1"]));
    await one(map, confirm("bkg_1"));
    const rows = await map.ledger(2, 10);
    expect(rows.map(({ firstSeq }) => firstSeq)).toEqual([2, 3]);
    expect(rows[1]!.prevHash).toBe(rows[0]!.hash);
  });
});

describe("the archive", () => {
  it("goes on from the saved cursor after an eviction: nothing again that was saved, nothing left out", async () => {
    await map.poke();
    world.archiveMood = "down";
    world.now += 1_000;
    await map.apply([lock("bkg_1", ["A-1"])]);
    await evictDurableObject(map);
    world.archiveMood = "up";
    const given = vi.spyOn(world.archive, "append");
    await again().poke();
    expect(given.mock.calls.flatMap(([{ rows }]) => rows.map(({ firstSeq }) => firstSeq))).toEqual([2]);
    expect(world.archive).toMatchObject({ seq: 2, projectedSeq: 2 });
  });

  it("has what has left the map, which is found by its next life all the same", async () => {
    await evictDurableObject(map);
    world.entriesPerSnapshot = 3;
    map = again();
    for (const n of [1, 2, 3, 4, 5]) {
      world.now += 1_000;
      await one(map, lock(`bkg_${n}`, [`A-${n}`]));
      await map.poke();
    }
    const rows = await sql("SELECT first_seq FROM log");
    expect(rows.length).toBeLessThan(6);
    const { epoch, ...view } = await map.view();
    await evictDurableObject(map);
    expect(await again().view()).toEqual({ ...view, epoch: epoch + 1 });
    const kept = await again().ledger(world.archive.seq + 1, 10);
    expect([...world.archive.rows, ...kept].map(({ firstSeq }) => firstSeq)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("a Durable Object that is evicted and aborted, its publisher and its archive", () => {
  async function setUp(): Promise<Stage> {
    const { id } = SEAT_MAP.get(SEAT_MAP.newUniqueId());
    const found = () => SEAT_MAP.get(id);
    Object.assign(world, { publisherIsDown: false, archiveMood: "up", archive: new MemoryArchive() });
    Object.assign(world, {
      entriesPerSnapshot: 3,
      buyerLimits: LIMITS,
      watched: id.toString(),
      published: [],
    });
    let hasRejected = false;
    return {
      ...{ world, lockTtlMs: LOCK_TTL_MS, map: found, release: archive.release },
      rejected() {
        hasRejected = true;
      },
      async end(how) {
        // Only what runs can be evicted; an object that has rejected a call is waited for without end.
        await found().head();
        if (how === "evict" && !hasRejected) await evictDurableObject(found());
        else await runInDurableObject(found(), (_, state) => state.abort("a test ends it")).catch(() => {});
        hasRejected = false;
      },
      async alarm() {
        await runDurableObjectAlarm(found());
      },
      settle: () => new Promise((resolve) => setTimeout(resolve, 1)),
    };
  }

  it("agree with the model, whatever becomes of each of them", async () => {
    let compacted = 0;
    const property = objectAgreesWithModel(setUp, ["up", "up", "down", "lost"], (hasForgotten) => {
      compacted += hasForgotten ? 1 : 0;
    });
    await fc.assert(property, { seed: 20_260_704, numRuns: 25 });
    expect(compacted).toBeGreaterThan(5);
  });
});

describe("the storage of a Durable Object", () => {
  it("agrees with the model after every step", async () => {
    const stub = SEAT_MAP.get(SEAT_MAP.newUniqueId());
    await runInDurableObject(stub, (_, { storage }) => {
      const storageOf = () => {
        const tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'";
        for (const { name } of storage.sql.exec(tables).toArray()) {
          storage.sql.exec(`DROP TABLE ${name}`);
        }
        return new SqliteStorage(storage);
      };
      fc.assert(agreesWithModel(storageOf), { seed: 20_260_702, numRuns: 150 });
    });
  });
});
