import { describe, expect, it } from "vitest";
import { rebuildFrom } from "./core/rebuild.ts";
import { confirm, lock, planOf, release } from "./testing/commands.ts";
import { opened, platform, settle } from "./testing/platform.ts";

const PAUSE_MS = 1_000;
const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);

/** Locks of one seat each, one flush a lock. */
async function lockOneByOne({ map }: Awaited<ReturnType<typeof opened>>, from: number, count: number) {
  for (const n of ids(from, count)) await map.apply([lock(`bkg_${n}`, [`A-${n + 1}`])]);
}

describe("the archive", () => {
  it("is given every row, in order, with what it changes and the plan that it opens", async () => {
    const { seen, map } = await opened(3);
    await settle();
    seen.now += PAUSE_MS;
    await map.apply([lock("bkg_1", ["A-1"], 1), lock("bkg_2", ["A-1"]), confirm("bkg_1"), release("bkg_3")]);
    await settle();
    expect(seen.segments).toHaveLength(2);
    const [opening, sale] = seen.segments;
    expect(opening).toMatchObject({ eventId: "evnt_1", layout: { planVersion: 1 }, rows: [{ firstSeq: 1 }] });
    expect(opening!.changes).toEqual({ beginsAt: 1, places: [] });
    const owner = { kind: "booking", id: "bkg_1", userId: "usr_of_bkg_1" };
    const hold = { status: "RESERVED", owner };
    expect(sale).toMatchObject({ layout: null, rows: [{ firstSeq: 2, lastSeq: 5 }] });
    expect(sale!.changes).toEqual({
      beginsAt: null,
      places: [
        { placeId: "A-1", seq: 4, hold },
        { placeId: "ga:Floor:1", seq: 4, hold },
      ],
    });
  });

  it("hears of a busy map once a second, in one call at a time", async () => {
    const it = await opened();
    const { seen } = it;
    await settle();
    await lockOneByOne(it, 0, 20);
    await settle();
    expect(seen.segments).toHaveLength(1);
    seen.now += PAUSE_MS;
    let finish = () => {};
    seen.beforeArchive = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    await lockOneByOne(it, 20, 2);
    seen.now += PAUSE_MS;
    await lockOneByOne(it, 22, 1);
    seen.beforeArchive = () => Promise.resolve();
    finish();
    await settle();
    // What came while the call was under way waits for the next one.
    expect(seen.segments.map(({ rows }) => rows.length)).toEqual([1, 21]);
    await it.map.alarm();
    expect(seen.segments.map(({ rows }) => rows.length)).toEqual([1, 21, 2]);
  });

  it("does not wait for an hour where the clock is set back by one", async () => {
    const it = await opened();
    await settle();
    it.seen.now -= 3_600_000;
    await lockOneByOne(it, 0, 1);
    await settle();
    expect(it.seen.archive.seq).toBe(2);
  });

  it("is not waited for: locks are answered while it says nothing", async () => {
    const it = await opened();
    await settle();
    it.seen.now += PAUSE_MS;
    it.seen.beforeArchive = () => new Promise(() => {});
    await lockOneByOne(it, 0, 5);
    expect(it.seen.disk.head().seq).toBe(6);
  });

  it("is left alone longer after each failure, and then has every row", async () => {
    const it = await opened();
    const { seen, map } = it;
    await settle();
    seen.archiveIsDown = true;
    seen.now += PAUSE_MS;
    await lockOneByOne(it, 0, 1);
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
    seen.archiveIsDown = false;
    await lockOneByOne(it, 1, 3);
    seen.now += 30_000;
    await map.poke();
    expect(seen.archive.seq).toBe(5);
    expect((await map.head()).archivedSeq).toBe(5);
  });

  it("is given nothing that is not on disk yet", async () => {
    const it = await opened();
    const { seen, map } = it;
    seen.archiveIsDown = true;
    await lockOneByOne(it, 0, 300);
    seen.archiveIsDown = false;
    const finish: (() => void)[] = [];
    seen.beforeArchive = () => new Promise((resolve) => void finish.push(resolve));
    seen.now += 30_000;
    const poked = map.poke();
    await settle();
    // One call is under way, another will follow it; meanwhile a row is written that is not on disk.
    seen.sync = () => new Promise((resolve) => void finish.push(resolve));
    const locked = map.apply([lock("bkg_301", ["A-301"])]);
    await settle();
    seen.beforeArchive = () => Promise.resolve();
    finish[0]!();
    await settle();
    expect([seen.disk.head().seq, seen.archive.seq]).toEqual([302, 301]);
    seen.sync = () => Promise.resolve();
    finish[1]!();
    await Promise.all([locked, poked]);
    await map.poke();
    expect(seen.archive.seq).toBe(302);
  });

  it("is given no rows while the plan in which they are read is not on disk", async () => {
    const it = await opened();
    const { seen, map } = it;
    seen.archiveIsDown = true;
    await lockOneByOne(it, 0, 300);
    await map.open({ ...planOf(501), planVersion: 2 });
    seen.archiveIsDown = false;
    let finish = () => {};
    seen.beforeArchive = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    seen.now += 30_000;
    void map.poke();
    await settle();
    seen.sync = () => new Promise(() => {});
    void map.open({ ...planOf(502), planVersion: 3 });
    await settle();
    seen.beforeArchive = () => Promise.resolve();
    finish();
    await settle();
    expect(seen.archive.seq).toBe(257);
    seen.sync = () => Promise.resolve();
  });

  it("is given what a crash kept back, by the alarm that the flush itself has set", async () => {
    const { seen, map, wake } = await opened();
    await settle();
    seen.archiveIsDown = true;
    seen.now += PAUSE_MS;
    await map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    expect(seen.alarms.at(-1)).toBeLessThanOrEqual(seen.now + 2_000);
    // The object dies here.
    seen.archiveIsDown = false;
    await wake().alarm();
    expect(seen.archive.seq).toBe(2);
    expect(seen.disk.archivedSeq()).toBe(2);
  });

  it("is given again what a crash kept from being noted", async () => {
    const { seen, map, wake } = await opened();
    await settle();
    seen.now += PAUSE_MS;
    await map.apply([lock("bkg_1", ["A-1"])]);
    await settle();
    expect([seen.archive.seq, seen.disk.archivedSeq()]).toEqual([2, 1]);
    // The object dies here.
    await wake().alarm();
    const given = seen.segments.flatMap(({ rows }) => rows.map(({ firstSeq }) => firstSeq));
    expect(given).toEqual([1, 2, 2]);
    expect(seen.archive.rows).toHaveLength(2);
    expect(seen.disk.archivedSeq()).toBe(2);
  });

  it("costs no flush of its own: its cursor is saved with the outbox's", async () => {
    const it = await opened();
    await settle();
    await it.map.alarm();
    const { commits } = it.seen.disk;
    it.seen.now += PAUSE_MS;
    await lockOneByOne(it, 0, 1);
    await settle();
    await it.map.alarm();
    expect([it.seen.disk.archivedSeq(), it.seen.disk.publishedSeq()]).toEqual([2, 2]);
    await it.map.alarm();
    expect(it.seen.disk.commits).toBe(commits + 2);
  });

  it("waits for a map that was closed before it was opened, which has no name for it", async () => {
    const { seen, map } = platform();
    await map.close();
    await map.poke();
    expect([seen.segments, seen.logged]).toEqual([[], []]);
    const alarms = seen.alarms.length;
    await map.alarm();
    expect(seen.alarms.length).toBe(alarms);
    await map.open(planOf(2));
    await map.poke();
    expect(seen.archive.seq).toBe(2);
  });

  it("gets an old log in pieces of a bounded size, some of them a turn", async () => {
    const it = await opened(6_000);
    const { seen, map, wake } = it;
    seen.archiveIsDown = true;
    for (let n = 0; n < 6_000; n += 2) {
      await map.apply([lock(`bkg_${n}`, [`A-${n + 1}`]), lock(`bkg_${n + 1}`, [`A-${n + 2}`])]);
    }
    seen.archiveIsDown = false;
    seen.segments.length = 0;
    const later = wake();
    await later.poke();
    expect(seen.segments).toHaveLength(8);
    for (const { rows } of seen.segments) expect(rows.length).toBeLessThanOrEqual(256);
    while (seen.archive.seq < seen.disk.head().seq) await later.poke();
    expect(seen.archive.rows).toHaveLength(3_001);
  });
});

describe("rows that the archive has", () => {
  it("leave the map once a snapshot has them too, and the ledger is whole all the same", async () => {
    const it = await opened(7_000);
    const { seen, map, wake } = it;
    for (const n of ids(0, 5_200)) {
      if (n % 100 === 0) seen.now += PAUSE_MS;
      await map.apply([lock(`bkg_${n}`, [`A-${n + 1}`])]);
    }
    for (let turn = 0; turn < 100; turn++) {
      seen.now += PAUSE_MS;
      await map.apply([lock(`bkg_${5_200 + turn}`, [`A-${5_201 + turn}`])]);
      await settle();
    }
    expect(seen.disk.forgottenSeq()).toBeGreaterThanOrEqual(5_000);
    expect(seen.disk.rows(1, 10_000).length).toBeLessThan(400);
    const rows = [...seen.archive.rows, ...(await map.ledger(seen.archive.seq + 1, 1_000))];
    const layout = await map.layout();
    expect(
      rebuildFrom(layout, rows, 3)
        .map!.places!.slice(0, 3)
        .map(({ status }) => status),
    ).toEqual([...["LOCKED", "LOCKED", "AVAILABLE"]]);
    const { head, broken } = rebuildFrom(layout, rows, 0);
    expect([head, broken]).toEqual([seen.disk.head(), null]);
    const { epoch, ...view } = await map.view();
    expect(await wake().view()).toEqual({ ...view, epoch: epoch + 1 });
  });
});
