import { beforeEach, describe, expect, it } from "vitest";
import { DONE } from "#shared/saga/handlers.ts";
import { MAX_BATCH, MAX_PARKED_PER_TOPIC } from "./policy.ts";
import { placeOf } from "./ports.ts";
import { confirm, release } from "./testing/messages.ts";
import { PARTITION, RELEASE, Rig } from "./testing/rig.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

const releases = (count: number) => Array.from({ length: count }, (_, n) => release(`b${n}`));

describe("more records than a batch takes", () => {
  it("stay where they are until the next turn: none is left out, none comes twice", async () => {
    await rig.put(...releases(2 * MAX_BATCH + 20), confirm("c"));
    // Each consumer knows only what the one before has saved.
    for (const expected of [MAX_BATCH, 2 * MAX_BATCH, 2 * MAX_BATCH + 21]) {
      await rig.consumer().turn(0);
      expect(rig.seen).toHaveLength(expected);
    }
    expect(new Set(rig.seen).size).toBe(2 * MAX_BATCH + 21);
  });

  it("of parked ones are handed over a batch at a time, too", async () => {
    rig.answer = () => ({ kind: "early", detail: "not yet" });
    await rig.put(...releases(3 * MAX_BATCH));
    const core = rig.consumer();
    for (let turn = 0; turn < 3; turn++) await core.turn(0);
    rig.answer = () => DONE;
    rig.now += 60_000;
    for (const left of [2 * MAX_BATCH, MAX_BATCH, 0]) {
      await core.turn(0);
      expect(core.parked.count).toBe(left);
    }
    expect(Math.max(...rig.batches.map((batch) => batch.length))).toBe(MAX_BATCH);
  });
});

describe("a topic of which too many wait", () => {
  it("is not read on until some are through, while the others are", async () => {
    rig.answer = ({ type }) => (type === "seats.release" ? { kind: "early", detail: "not yet" } : DONE);
    await rig.put(...releases(MAX_PARKED_PER_TOPIC + 200));
    const core = rig.consumer();
    for (let turn = 0; turn < 15; turn++) await core.turn(0);
    expect(core.parked.count).toBe(MAX_PARKED_PER_TOPIC);
    expect(core.isHoldingBack).toBe(false);
    await rig.put(confirm("c"));
    await core.turn(0);
    expect(rig.seen.at(-1)).toBe("seats.confirm:c");

    rig.answer = () => DONE;
    await rig.drain(core, 20);
    expect(new Set(rig.seen).size).toBe(MAX_PARKED_PER_TOPIC + 201);
  });
});

describe("retention", () => {
  it("that has deleted records is passed: the next one left is read, and its offset counts", async () => {
    await rig.put(release("a"), release("b"), release("c"));
    rig.log.records.get(RELEASE)!.splice(0, 2);
    const core = rig.consumer();
    await rig.drain(core, 2);
    expect(rig.seen).toEqual(["seats.release:c"]);
    expect(rig.store.load().offsets.get(placeOf(RELEASE, PARTITION))).toBe(3);
  });
});

describe("progress", () => {
  const shown = () =>
    rig.log.shown.map((positions) => positions.find(({ topic }) => topic === RELEASE)?.offset);

  it("is shown when it is saved, and not again while nothing changes", async () => {
    await rig.put(release("a"), release("b"));
    const core = rig.consumer();
    await core.commit();
    await core.turn(0);
    await core.commit();
    await core.commit();
    expect(shown()).toEqual([0, 2]);
  });

  it("that could not be shown is shown the next time", async () => {
    await rig.put(release("a"));
    const core = rig.consumer();
    await core.turn(0);
    rig.log.isDown = true;
    await expect(core.commit()).rejects.toThrow();
    rig.log.isDown = false;
    await core.commit();
    expect(shown()).toEqual([1]);
  });
});
