import { describe, expect, it } from "vitest";
import { confirm, lock, release } from "./testing/commands.ts";
import { opened, settle, told } from "./testing/platform.ts";

describe("the outbox", () => {
  it("hands on every answer of a booking, in order, at most 100 at a time; holds have none", async () => {
    const { seen, map } = await opened();
    const hold = {
      ...lock("hold_1", ["A-500"]),
      owner: { kind: "hold", id: "hold_1", userId: "usr_1" } as const,
    };
    await map.apply([hold, ...Array.from({ length: 250 }, (_, n) => lock(`bkg_${n}`, [`A-${n + 1}`]))]);
    await settle();
    expect(told(seen.published)).toEqual(Array.from({ length: 250 }, (_, n) => `bkg_${n} locked`));
    expect(seen.batches).toEqual([100, 100, 50]);
  });

  it("hands on nothing before who waits for the flush has the answer", async () => {
    const { seen, map } = await opened();
    await map.apply([lock("bkg_1", ["A-1"])]);
    expect(seen.published).toEqual([]);
    await settle();
    expect(told(seen.published)).toEqual(["bkg_1 locked"]);
  });

  it("says all that the saga needs", async () => {
    const { seen, map } = await opened();
    await map.apply([
      lock("bkg_1", ["A-1"]),
      lock("bkg_2", ["A-2", "A-1"]),
      confirm("bkg_1"),
      confirm("bkg_3"),
    ]);
    await map.apply([release("bkg_1"), release("bkg_3")]);
    await settle();
    const common = { eventId: "evnt_1", epoch: 1, at: seen.now };
    const owner = (id: string) => ({ kind: "booking", id, userId: `usr_of_${id}` });
    const stranger = { kind: "booking", id: "bkg_3", userId: "" };
    expect(seen.published).toEqual([
      {
        kind: "locked",
        ...common,
        seq: 2,
        owner: owner("bkg_1"),
        seatIds: ["A-1"],
        lockExpiresAt: seen.now + 300_000,
      },
      {
        ...{ kind: "lock-failed", ...common, seq: 3, owner: owner("bkg_2"), seatIds: ["A-2", "A-1"] },
        ...{ unavailableSeatIds: ["A-1"], reason: "SEATS_TAKEN" },
      },
      { kind: "confirmed", ...common, seq: 4, owner: owner("bkg_1"), seatIds: ["A-1"] },
      { kind: "confirm-failed", ...common, seq: 5, owner: stranger, seatIds: [], reason: "UNKNOWN" },
      { kind: "released", ...common, seq: 6, owner: owner("bkg_1"), seatIds: ["A-1"], cause: "RELEASED" },
      { kind: "released", ...common, seq: 7, owner: stranger, seatIds: [], cause: "NOTHING_HELD" },
    ]);
  });

  it("repeats an answer word for word, also from a later life", async () => {
    const { seen, map, wake } = await opened();
    await map.apply([lock("bkg_1", ["A-1"]), confirm("bkg_1"), release("bkg_1")]);
    await settle();
    const first = [...seen.published];
    seen.published.length = 0;
    seen.now += 1_000;
    const later = wake();
    await later.apply([lock("bkg_1", ["A-1"]), release("bkg_1")]);
    expect(seen.published.slice(0, 2)).toEqual([first[0], first[2]]);
  });

  it("waits longer after each failure, drops nothing, and keeps the order", async () => {
    const { seen, map } = await opened();
    seen.publisherIsDown = true;
    await map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    const waits: number[] = [];
    for (let failure = 0; failure < 12; failure++) {
      const retryAt = seen.alarms.at(-1)!;
      waits.push(retryAt - seen.now);
      seen.now = retryAt;
      await map.alarm();
    }
    expect(waits.slice(0, 5)).toEqual([375, 750, 1_500, 3_000, 6_000]);
    expect(Math.max(...waits)).toBe(22_500);
    await map.apply([lock("bkg_2", ["A-2"])]);
    seen.publisherIsDown = false;
    seen.now += 30_000;
    await map.alarm();
    expect(told(seen.published)).toEqual(["bkg_1 locked", "bkg_2 locked"]);
  });

  it("is looked after by an alarm that the flush itself has set", async () => {
    const { seen, map, wake } = await opened();
    seen.publisherIsDown = true;
    seen.alarms.length = 0;
    let alarmsAtSync: number[] = [];
    seen.sync = async () => {
      alarmsAtSync = [...seen.alarms];
    };
    await map.alarm();
    await map.apply([lock("bkg_1", ["A-1"])]);
    expect(alarmsAtSync.at(-1)).toBeLessThanOrEqual(seen.now + 2_000);
    // The object dies here; its next life is the alarm's.
    seen.publisherIsDown = false;
    await wake().alarm();
    expect(told(seen.published)).toEqual(["bkg_1 locked"]);
    expect(seen.disk.publishedSeq()).toBe(2);
  });

  it("saves its cursor by the alarm, with the next flush only where it is far behind", async () => {
    const { seen, map } = await opened();
    await map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    const commits = seen.disk.commits;
    await map.apply([lock("bkg_2", ["A-2"])]);
    await settle();
    expect([seen.disk.publishedSeq(), seen.disk.commits]).toEqual([0, commits + 1]);
    await map.alarm();
    expect([seen.disk.publishedSeq(), seen.disk.commits]).toEqual([3, commits + 2]);
    await map.alarm();
    expect(seen.disk.commits).toBe(commits + 2);
    await map.apply(Array.from({ length: 256 }, (_, n) => lock(`bkg_of_${n}`, [`A-${n + 3}`])));
    await settle();
    await map.apply([lock("bkg_last", ["A-300"])]);
    expect([seen.disk.publishedSeq(), seen.disk.commits]).toEqual([259, commits + 4]);
  });

  it("hands on nothing that is not on disk yet", async () => {
    const { seen, map } = await opened();
    const finish: (() => void)[] = [];
    seen.beforePublish = () => new Promise((resolve) => void finish.push(resolve));
    await map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    seen.sync = () => new Promise((resolve) => void finish.push(resolve));
    const second = map.apply([lock("bkg_2", ["A-2"])]);
    await settle();
    seen.beforePublish = () => Promise.resolve();
    finish[0]!();
    await settle();
    expect(told(seen.published)).toEqual(["bkg_1 locked"]);
    finish[1]!();
    await second;
    await settle();
    expect(told(seen.published)).toEqual(["bkg_1 locked", "bkg_2 locked"]);
  });
});
