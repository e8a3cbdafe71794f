import { describe, expect, it } from "vitest";
import { recover } from "./storage/recover.ts";
import { confirm, lock, planOf } from "./testing/commands.ts";
import { opened, platform, settle } from "./testing/platform.ts";
import { dump, replayFromGenesis } from "./testing/rig.ts";

describe("an answer", () => {
  it("waits until what it rests on is on disk: grants, refusals, repeats and reads", async () => {
    const { seen, map } = await opened();
    let finish = () => {};
    seen.sync = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const answers: string[] = [];
    const asks: [string, Promise<unknown>][] = [
      ["grant", map.apply([lock("bkg_1", ["A-1"])])],
      ["refusal", map.apply([lock("bkg_2", ["A-1"])])],
      ["repeat", map.apply([lock("bkg_1", ["A-1"])])],
      ["view", map.view()],
      ["decision", map.decision("bkg_1")],
      ["ledger", map.ledger(1, 10)],
    ];
    for (const [name, ask] of asks) void ask.then(() => answers.push(name));
    await settle();
    expect(answers).toEqual([]);
    expect(seen.published).toEqual([]);
    finish();
    await settle();
    expect(answers.sort()).toEqual(["decision", "grant", "ledger", "refusal", "repeat", "view"]);
  });

  it("waits for the flush that has it, not for the one before", async () => {
    const { seen, map } = await opened();
    const finish: (() => void)[] = [];
    seen.sync = () => new Promise((resolve) => void finish.push(resolve));
    const first = map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    let answered = false;
    const second = map.apply([lock("bkg_2", ["A-2"])]).then(() => {
      answered = true;
    });
    finish[0]!();
    await first;
    await settle();
    expect(answered).toBe(false);
    finish[1]!();
    await second;
  });

  it("can be waited for by who does not ask for it, however its flush ends", async () => {
    const { map, seen } = await opened();
    const sync = Promise.withResolvers<void>();
    seen.sync = () => sync.promise;
    expect(map.flushUnderWay).toBeUndefined();
    const locked = map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    let isOver = false;
    const over = map.flushUnderWay!.then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    sync.reject(new Error("the disk is full"));
    await Promise.all([over, expect(locked).rejects.toThrow("full")]);
  });

  it("never comes after a flush that failed, and the object ends", async () => {
    const { seen, map } = await opened();
    seen.disk.broken = true;
    await expect(map.apply([lock("bkg_1", ["A-1"])])).rejects.toThrow("the disk is full");
    expect(seen.aborted).toBe(1);
    seen.disk.broken = false;
    await expect(map.apply([lock("bkg_2", ["A-1"])])).rejects.toThrow("the disk is full");
    await expect(map.view()).rejects.toThrow("the disk is full");
    expect(seen.published).toEqual([]);
  });

  it("shares its flush with all who ask meanwhile", async () => {
    const { seen, map } = await opened();
    const before = seen.disk.commits;
    await Promise.all(Array.from({ length: 200 }, (_, n) => map.apply([lock(`bkg_${n}`, [`A-${n + 1}`])])));
    expect(seen.disk.commits - before).toBe(1);
  });

  it("is given to 256 commands a call, no more", async () => {
    const { map } = await opened();
    const commands = Array.from({ length: 257 }, (_, n) => lock(`bkg_${n}`, [`A-${n + 1}`]));
    await expect(map.apply(commands)).rejects.toThrow("at most 256");
    const results = await map.apply(commands.slice(0, 256));
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(256).fill("LOCKED"));
  });
});

describe("the alarm", () => {
  it("ends 25,000 locks in rows of a bounded size", async () => {
    const { seen, map } = await opened(25_000);
    for (let n = 0; n < 25_000; n += 250) {
      await map.apply(Array.from({ length: 250 }, (_, k) => lock(`bkg_${n + k}`, [`A-${n + k + 1}`])));
    }
    seen.now += 300_000;
    const before = seen.disk.head().seq;
    const endedAt: number[] = [];
    const ended = map.alarm();
    setImmediate(() => endedAt.push(seen.disk.head().seq - before));
    await ended;
    expect(seen.disk.head().seq - before).toBe(25_000);
    // Others had their turn long before the end.
    expect(endedAt[0]).toBeLessThan(2_500);
    await settle();
    for (let turn = 0; turn < 4; turn++) {
      seen.now += 2_000;
      await map.alarm();
    }
    const rows = seen.archive.from(before + 1);
    expect(rows.at(-1)!.lastSeq).toBe(before + 25_000);
    expect(rows.length).toBeGreaterThanOrEqual(25);
    for (const { entries } of rows) expect(entries.length).toBeLessThan(2_000_000 / 3);
    expect(seen.published.filter(({ kind }) => kind === "released")).toHaveLength(25_000);
  });
});

describe("compaction", () => {
  it("keeps a wake short, and changes nothing that is known", async () => {
    const { seen, map, wake } = await opened(25_000);
    for (let n = 0; n < 12_000; n += 250) {
      await map.apply(Array.from({ length: 250 }, (_, k) => lock(`bkg_${n + k}`, [`A-${n + k + 1}`])));
    }
    const snapshot = seen.disk.snapshot()!;
    expect(seen.disk.head().seq - snapshot.seq).toBeLessThan(5_250);
    expect(dump(recover(seen.disk))).toBe(
      dump(replayFromGenesis({ storage: seen.disk, archive: seen.archive })),
    );
    const { epoch, ...view } = await map.view();
    expect(await wake().view()).toEqual({ ...view, epoch: epoch + 1 });
  });
});

describe("the view", () => {
  it("packs four seats into a byte and counts the areas", async () => {
    const { map } = platform();
    await map.open({ ...planOf(5), blockedSeatIds: ["A-4"] });
    await map.apply([lock("bkg_1", ["A-2"]), lock("bkg_2", ["A-3", "A-5"], 2), confirm("bkg_2")]);
    expect(await map.view()).toEqual({
      epoch: 1,
      seq: 5,
      planVersion: 1,
      packed: new Uint8Array([0b11_10_01_00, 0b10]),
      generalAdmission: [{ name: "Floor", capacity: 5, available: 3 }],
      closed: false,
    });
  });
});
