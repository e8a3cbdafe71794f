import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { AWAKE_MS } from "#shared/log/nudger.ts";
import { DONE } from "#shared/saga/handlers.ts";
import { placeOf } from "./ports.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { confirm, release } from "./testing/messages.ts";
import { RELEASE } from "./testing/rig.ts";
import { OTHER, resetWorld, type TestEventConsumer, world } from "./testing/worker.ts";

const { EVENT_CONSUMER } = env as unknown as { EVENT_CONSUMER: DurableObjectNamespace<TestEventConsumer> };

const WATCHDOG_MS = 5_000;
const EARLY = { kind: "early" as const, detail: "not yet" };

let partition = 1_000;

/** As the next caller finds it: a stub stays broken once its object has ended. */
const consumer = () => EVENT_CONSUMER.getByName(`now-${partition}`);
/** The object that read the partition alone. */
const predecessor = () => EVENT_CONSUMER.getByName(String(partition));
const runAlarm = () => runDurableObjectAlarm(consumer());
/** When it comes back by itself, in ms from now. */
const comesBackIn = () =>
  runInDurableObject(consumer(), async (_, { storage }) => (await storage.getAlarm())! - world.now);
const sql = (query: string) =>
  runInDurableObject(consumer(), (_, { storage }) => storage.sql.exec(query).toArray());
const put = (...messages: Parameters<typeof world.log.put>[1][]) => world.log.put(partition, ...messages);

beforeEach(() => {
  partition += 1;
  resetWorld();
});

describe("a nudge", () => {
  it("has all that is there handled within one run of the alarm", async () => {
    await put(release("a"), release("b"), confirm("c"));
    await consumer().nudge();
    expect(await comesBackIn()).toBe(0);
    expect(await runAlarm()).toBe(true);
    expect(world.seen.sort()).toEqual(["seats.confirm:c", "seats.release:a", "seats.release:b"]);
  });

  it("keeps it polling for a while, then it rests and looks by itself", async () => {
    const start = world.now;
    await consumer().nudge();
    await runAlarm();
    expect(world.now - start).toBe(AWAKE_MS);
    expect(await comesBackIn()).toBe(WATCHDOG_MS);
    world.random = 1;
    await runAlarm();
    expect(await comesBackIn()).toBe(WATCHDOG_MS * 1.2);

    await put(release("a"));
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a"]);
  });

  it.each([
    ["a log that is asked once a turn", 1, 1_000],
    ["a log that is asked often", 93, 800],
  ])("has as much handled in one run as its requests allow, of %s", async (_log, requestsAFetch, handled) => {
    world.log.requestsAFetch = requestsAFetch;
    await put(...Array.from({ length: 1_000 }, (_, n) => release(`b${n}`)));
    await consumer().nudge();
    await runAlarm();
    expect(world.seen).toHaveLength(handled);
    expect(await comesBackIn()).toBe(handled < 1_000 ? 0 : WATCHDOG_MS);
    await runAlarm();
    expect(world.seen).toHaveLength(1_000);
  });

  it("that comes during the last look before it rests is not lost", async () => {
    await consumer().nudge();
    await runAlarm();
    // Asleep by now, it looks by itself and finds nothing; the nudge comes while that look is under way.
    world.log.waits = (waitMs) => {
      world.now += waitMs;
      if (world.seen.length > 0) return;
      void put(release("a"));
      void world.running?.nudge();
    };
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a"]);
  });
});

describe("a new life", () => {
  it("after an eviction goes on where the last one stopped, with all that was parked", async () => {
    world.answer = ({ id }) => (id.endsWith(":a") ? EARLY : DONE);
    await put(release("a"), release("b"), { ...release("a"), id: "second" });
    await consumer().nudge();
    await runAlarm();
    expect(await consumer().progress()).toMatchObject({
      partitions: [partition, partition + OTHER],
      parked: 2,
    });

    await evictDurableObject(consumer());
    world.seen = [];
    world.answer = () => DONE;
    world.now += WATCHDOG_MS;
    await put(release("c"));
    // The alarm wakes it: nobody has called it by its name.
    expect(await runAlarm()).toBe(true);
    expect(world.seen.sort()).toEqual(["seats.release:a", "seats.release:c", "second"]);
    expect(await consumer().progress()).toMatchObject({ parked: 0 });
  });

  it("after a save that failed begins with what is stored: nothing is lost, nothing half saved", async () => {
    world.answer = ({ id }) => (id.endsWith(":a") ? EARLY : DONE);
    await put(release("a"), release("b"));
    await consumer().progress();
    await sql("CREATE TRIGGER full BEFORE INSERT ON parked BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    await consumer().nudge();
    await runAlarm();
    expect(world.warnings.at(-1)).toBe("consumer pauses");
    expect(await sql("SELECT * FROM next_offset WHERE value > 0")).toEqual([]);

    await sql("DROP TRIGGER full");
    world.seen = [];
    world.answer = () => DONE;
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a", "seats.release:b"]);
    expect(await sql(`SELECT value FROM next_offset WHERE topic = '${placeOf(RELEASE, partition)}'`)).toEqual(
      [{ value: 2 }],
    );
  });
});

describe("several partitions", () => {
  it("are one batch, each at offsets of its own", async () => {
    await put(release("a"), release("b"));
    await world.log.put(partition + OTHER, release("c"));
    await consumer().nudge();
    await runAlarm();
    expect(world.batches.map((batch) => batch.sort())).toEqual([
      ["seats.release:a", "seats.release:b", "seats.release:c"],
    ]);
    const offset = (of: number) =>
      sql(`SELECT value FROM next_offset WHERE topic = '${placeOf(RELEASE, of)}'`);
    expect(await offset(partition)).toEqual([{ value: 2 }]);
    expect(await offset(partition + OTHER)).toEqual([{ value: 1 }]);
  });

  it("are taken over from those who read one each, with what they had parked", async () => {
    await put(release("a"), release("b"), release("c"));
    await runInDurableObject(predecessor(), async (_, { storage }) => {
      const [early] = world.log.records.get(RELEASE)!.filter((one) => one.partition === partition);
      const { topic, offset, key, value } = early!;
      const parked = {
        ticket: 7,
        because: "early" as const,
        attempts: 1,
        nextAt: 0,
        detail: "",
        partition: -1,
      };
      sqliteStore(storage).save({
        offsets: new Map([[RELEASE, 2]]),
        parked: [{ ...parked, topic, offset, key, value }],
        unparked: [],
      });
      await storage.setAlarm(world.now);
    });
    // Asked how far it is, before it has run.
    await consumer().progress();
    await consumer().nudge();
    await runAlarm();
    expect(world.seen.sort()).toEqual(["seats.release:a", "seats.release:c"]);

    world.seen = [];
    await runDurableObjectAlarm(predecessor());
    await predecessor().nudge();
    expect(await runDurableObjectAlarm(predecessor())).toBe(false);
    await evictDurableObject(consumer());
    await runAlarm();
    expect(world.seen).toEqual([]);
  });

  it("are not read while who read them cannot be asked, and lose nothing", async () => {
    await put(release("a"));
    world.isPredecessorAway = true;
    await consumer().nudge();
    await runAlarm();
    expect(world.seen).toEqual([]);
    expect(world.warnings).toEqual(["consumer pauses"]);
    world.isPredecessorAway = false;
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a"]);
  });

  it("are given away by nobody who reads them", async () => {
    await expect(runInDurableObject(consumer(), (object) => object.estate())).rejects.toThrow(
      "gives nothing away",
    );
  });
});

describe("the alarm", () => {
  it("comes back after the log did not answer, later and later up to a limit, and dead-letters nothing", async () => {
    await put(release("a"));
    world.log.isDown = true;
    world.random = 1;
    await consumer().nudge();
    const pauses: number[] = [];
    for (let run = 0; run < 10; run++) {
      await runAlarm();
      pauses.push(await comesBackIn());
      world.now += pauses.at(-1)!;
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, ...new Array<number>(7).fill(5_000)]);
    world.log.isDown = false;
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a"]);

    world.log.isDown = true;
    world.random = 0;
    await runAlarm();
    expect(await comesBackIn()).toBe(500);
  });

  it("comes back after a message that no handler takes, which ends among the dead letters", async () => {
    world.answer = () => {
      throw new TypeError("a bug");
    };
    await put(release("a"));
    await consumer().nudge();
    await runAlarm();
    expect(await comesBackIn()).toBe(WATCHDOG_MS);
    expect(world.log.deadLetters("seats.release")).toHaveLength(1);
  });

  it("comes back at the moment at which the first parked message is due", async () => {
    world.answer = () => ({ kind: "unavailable", detail: "postgres" });
    await put(release("a"));
    await consumer().nudge();
    await runAlarm();
    const first = await comesBackIn();
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThanOrEqual(200);
    world.now += first - 1;
    world.seen = [];
    await runAlarm();
    expect(world.seen).toEqual([]);
    expect(await comesBackIn()).toBe(1);
    world.now += 1;
    await runAlarm();
    expect(world.seen).toEqual(["seats.release:a"]);
  });
});

describe("progress", () => {
  it("is shown by the time it rests, however soon after the last message", async () => {
    await put(release("a"));
    world.log.waits = (waitMs) => {
      const isSecondDue = world.seen.length === 1;
      world.now += isSecondDue ? 300 : waitMs;
      if (isSecondDue) void put(release("b"));
    };
    await consumer().nudge();
    await runAlarm();
    expect(world.log.shown[0]).toContainEqual({ topic: RELEASE, partition, offset: 1 });
    expect(world.log.shown.at(-1)).toContainEqual({ topic: RELEASE, partition, offset: 2 });
  });
});
