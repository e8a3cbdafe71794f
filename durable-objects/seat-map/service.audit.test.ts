import { describe, expect, it } from "vitest";
import { confirm, lock, release } from "./testing/commands.ts";
import { opened } from "./testing/platform.ts";

/** Four owners: one reserved, one locked, one released, one refused. */
async function sold() {
  const it = await opened(20);
  await it.map.apply([
    lock("bkg_1", ["A-1", "A-2"], 1),
    lock("bkg_2", ["A-3"]),
    lock("bkg_3", ["A-4"]),
    lock("bkg_4", ["A-1"]),
    confirm("bkg_1"),
    release("bkg_3"),
  ]);
  return it;
}

const named = (id: string, status: string, held: number) => ({
  ...{ owner: { kind: "booking", id, userId: `usr_of_${id}` }, status, held },
});

describe("what an auditor reads of a map", () => {
  it("is every decision in its order, with how many of its places are in its hands", async () => {
    const { map } = await sold();
    expect(await map.decisions(0, 10)).toMatchObject([
      { ...named("bkg_1", "RESERVED", 3), position: 0, seatIds: ["A-1", "A-2", "ga:Floor:1"] },
      { ...named("bkg_2", "LOCKED", 1), position: 1, lockExpiresAt: 1_300_000 },
      { ...named("bkg_3", "RELEASED", 0), position: 2, seatIds: ["A-4"] },
      { ...named("bkg_4", "REFUSED", 0), position: 3, seatIds: [] },
    ]);
  });

  it("comes page by page, and by owners", async () => {
    const { map } = await sold();
    const ids = async (from: number) => (await map.decisions(from, 3)).map(({ owner }) => owner.id);
    expect([await ids(0), await ids(3), await ids(4)]).toEqual([["bkg_1", "bkg_2", "bkg_3"], ["bkg_4"], []]);
    const found = await map.decisionsOf(["bkg_3", "bkg_9", "bkg_1"]);
    expect(found.map(({ owner }) => owner.id)).toEqual(["bkg_3", "bkg_1"]);
  });

  it("has no more than 500 decisions a page", async () => {
    const { map } = await opened(600);
    for (const base of [0, 250, 500]) {
      const page = Array.from({ length: 200 }, (_, n) =>
        lock(`bkg_${base + n}`, [`A-${base / 2.5 + n + 1}`]),
      );
      await map.apply(page);
    }
    expect(await map.decisions(0, 10_000)).toHaveLength(500);
    expect(await map.decisionsOf(Array(600).fill("bkg_0"))).toHaveLength(500);
  });

  it("names where the log stands, of which nothing is told before it is on disk", async () => {
    const { seen, map } = await sold();
    const head = await map.head();
    expect(head).toMatchObject({
      ...seen.disk.head(),
      epoch: 1,
      planVersion: 1,
      decisions: 4,
      closed: false,
    });
    let finish = () => {};
    seen.sync = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    let isTold = false;
    const locked = map.apply([lock("bkg_5", ["A-9"])]);
    const asked = map.head().then((later) => {
      isTold = true;
      return later;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isTold).toBe(false);
    finish();
    await locked;
    expect((await asked).seq).toBe(head.seq + 1);
  });
});
