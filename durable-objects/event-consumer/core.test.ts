import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { TOPICS } from "#shared/saga/declaration.ts";
import { DONE } from "#shared/saga/handlers.ts";
import { MAX_ATTEMPTS } from "./policy.ts";
import { confirm, release } from "./testing/messages.ts";
import { PARTITION, RELEASE, Rig } from "./testing/rig.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

describe("a consumer", () => {
  it("hands every message over once, and none again after a restart", async () => {
    await rig.put(release("a"), release("b"));
    await rig.drain(rig.consumer(), 2);
    await rig.drain(rig.consumer(), 2);
    expect(rig.seen).toEqual(["seats.release:a", "seats.release:b"]);
  });

  it("delivers again what was handled but not saved", async () => {
    await rig.put(release("a"));
    const { save } = rig.store;
    rig.store.save = () => {
      throw new Error("crash");
    };
    await expect(rig.consumer().turn(0)).rejects.toThrow("crash");
    rig.store.save = save;
    await rig.consumer().turn(0);
    expect(rig.seen).toEqual(["seats.release:a", "seats.release:a"]);
  });

  it("keeps the order of a key, and never hands over two of it at once", async () => {
    await rig.put(release("a"), { ...release("a"), id: "second" }, release("b"));
    await rig.consumer().turn(0);
    expect(rig.batches).toEqual([["seats.release:a", "seats.release:b"], ["second"]]);
  });

  it("never hands over two of a key at once, whatever their topics", async () => {
    await rig.put(release("a"), confirm("a"), confirm("b"));
    await rig.consumer().turn(0);
    expect(rig.batches).toEqual([["seats.confirm:a", "seats.confirm:b"], ["seats.release:a"]]);
  });
});

describe("an early message", () => {
  it("holds back what follows it under its key and nothing else, also across a restart", async () => {
    let isOpen = false;
    rig.answer = ({ id }) => (id.endsWith(":a") && !isOpen ? { kind: "early", detail: "not yet" } : DONE);
    await rig.put(release("a"), { ...release("a"), id: "second" }, release("b"));
    await rig.drain(rig.consumer(), 3);
    await rig.put({ ...release("a"), id: "third" }, release("c"));
    await rig.drain(rig.consumer(), 3);
    expect(rig.seen.filter((id) => id !== "seats.release:a")).toEqual(["seats.release:b", "seats.release:c"]);
    const core = rig.consumer();
    rig.batches.length = 0;
    isOpen = true;
    await rig.drain(core, 3);
    expect(rig.seen).toEqual(["seats.release:a", "second", "third"]);
    expect(core.parked.count).toBe(0);
  });

  it("is passed by what it waits for, when that comes later in another topic", async () => {
    let isConfirmed = false;
    rig.answer = ({ type }) => {
      if (type === "seats.confirm") isConfirmed = true;
      return isConfirmed ? DONE : { kind: "early", detail: "not confirmed" };
    };
    await rig.put(release("a"));
    const core = rig.consumer();
    await core.turn(0);
    await rig.put(confirm("a"));
    await rig.drain(core, 3);
    expect(rig.seen).toEqual(["seats.release:a", "seats.confirm:a", "seats.release:a"]);
    expect(core.parked.count).toBe(0);
  });

  it("is tried again when it is due, and not before", async () => {
    rig.answer = () => ({ kind: "early", detail: "not yet" });
    await rig.put(release("a"));
    const core = rig.consumer();
    for (const waitMs of [38, 75, 150, 300]) {
      await core.turn(0);
      expect(core.parked.nextAt).toBe(rig.now + waitMs);
      rig.now += waitMs - 1;
      await core.turn(0);
      expect(core.parked.nextAt).toBe(rig.now + 1);
      rig.now += 1;
    }
    expect(rig.seen).toHaveLength(4);
  });

  it("is waited for no longer than until it is due", async () => {
    const waits: number[] = [];
    rig.log.waits = (waitMs) => void waits.push(waitMs);
    rig.answer = () => ({ kind: "early", detail: "not yet" });
    const core = rig.consumer();
    await core.turn(5_000);
    await rig.put(release("a"));
    await core.turn(5_000);
    await core.turn(5_000);
    expect(waits).toEqual([5_000, 38]);
  });

  it("is dead-lettered after its tries, which outlast every deadline", async () => {
    rig.answer = () => ({ kind: "early", detail: "never" });
    await rig.put(release("a"));
    const start = rig.now;
    await rig.drain(rig.consumer(), 300);
    expect(rig.seen).toHaveLength(MAX_ATTEMPTS.early);
    const limits = Object.values(TOPICS).map(({ limitSeconds }) => (limitSeconds ?? 0) * 1000);
    expect(rig.now - start).toBeGreaterThan(Math.max(...limits));
    expect(rig.now - start).toBeLessThan(30 * 60_000);
    expect(rig.log.deadLetters("seats.release")).toHaveLength(1);
  });

  it("loses none of its time to an outage", async () => {
    rig.answer = () => ({ kind: "early", detail: "not yet" });
    await rig.put(release("a"));
    const core = rig.consumer();
    await core.turn(0);
    rig.now += 86_400_000;
    await core.turn(0);
    expect(core.parked.count).toBe(1);
    expect(rig.log.deadLetters("seats.release")).toEqual([]);
  });
});

describe("a rejected message", () => {
  it(`is tried ${MAX_ATTEMPTS.rejected} times, then dead-lettered with where it came from and why`, async () => {
    rig.answer = ({ id }) => (id.endsWith(":a") ? { kind: "rejected", detail: "broken rule" } : DONE);
    await rig.put(release("a"), release("b"));
    const core = rig.consumer();
    await rig.drain(core);
    expect(rig.seen.filter((id) => id === "seats.release:a")).toHaveLength(MAX_ATTEMPTS.rejected);
    expect(rig.seen).toContain("seats.release:b");
    expect(rig.log.deadLetters("seats.release")).toEqual([
      {
        consumer: "g",
        sourceTopic: RELEASE,
        sourcePartition: PARTITION,
        sourceOffset: 0,
        error: "broken rule",
        attempts: MAX_ATTEMPTS.rejected,
        value: JSON.stringify(release("a")),
      },
    ]);
    expect(core.parked.count).toBe(0);
  });

  it("that is not even JSON ends the same way", async () => {
    await rig.log.produce([{ topic: RELEASE, partition: PARTITION, key: "a", value: "{" }]);
    await rig.put(release("b"));
    const core = rig.consumer();
    await rig.drain(core);
    expect(rig.seen).toEqual(["seats.release:b"]);
    expect(rig.log.deadLetters("seats.release")).toHaveLength(1);
  });

  it("takes none of its own key along, and holds it back until it is gone", async () => {
    rig.answer = ({ id }) => (id === "seats.release:a" ? { kind: "rejected", detail: "no" } : DONE);
    await rig.put(release("a"), { ...release("a"), id: "second" });
    await rig.drain(rig.consumer());
    expect(rig.seen).toEqual([...Array(MAX_ATTEMPTS.rejected).fill("seats.release:a"), "second"]);
  });

  it("is found in a batch whose handler throws, and the others go through", async () => {
    rig.answer = ({ id }) => {
      if (id.endsWith(":a")) throw new TypeError("a bug");
      return DONE;
    };
    await rig.put(release("a"), release("b"), release("c"));
    const core = rig.consumer();
    await rig.drain(core);
    expect(core.parked.count).toBe(0);
    expect(rig.log.deadLetters("seats.release")).toHaveLength(1);
    expect(rig.batches).toContainEqual(["seats.release:b"]);
    expect(rig.batches).toContainEqual(["seats.release:c"]);
  });

  it("stays while its dead letter cannot be written", async () => {
    rig.answer = () => ({ kind: "rejected", detail: "no" });
    await rig.put(release("a"));
    const core = rig.consumer();
    await core.turn(0);
    rig.log.isDown = true;
    for (let turn = 0; turn < 6; turn++) {
      rig.now += 10_000;
      await expect(core.turn(0)).rejects.toThrow(Unavailable);
    }
    expect(core.parked.count).toBe(1);
    rig.log.isDown = false;
    await rig.drain(core);
    expect(rig.log.deadLetters("seats.release")).toHaveLength(1);
  });
});

describe("unavailability", () => {
  it("pauses the partition without limit of tries, and dead-letters nothing", async () => {
    let isDown = true;
    rig.answer = () => {
      if (isDown) throw new Unavailable("postgres");
      return DONE;
    };
    await rig.put(release("a"));
    const core = rig.consumer();
    await rig.drain(core, 500);
    expect(core.isHoldingBack).toBe(true);
    await rig.put(release("b"));
    await rig.drain(core, 20);
    expect(rig.seen).not.toContain("seats.release:b");
    isDown = false;
    await rig.drain(core, 3);
    expect(core.parked.count).toBe(0);
    expect(rig.seen.at(-1)).toBe("seats.release:b");
    expect(rig.log.deadLetters("seats.release")).toEqual([]);
  });

  it("of the log itself is told to the caller, and loses nothing", async () => {
    await rig.put(release("a"));
    const core = rig.consumer();
    rig.log.isDown = true;
    await expect(core.turn(0)).rejects.toThrow(Unavailable);
    rig.log.isDown = false;
    await core.turn(0);
    expect(rig.seen).toEqual(["seats.release:a"]);
  });
});
