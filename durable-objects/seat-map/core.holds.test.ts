import { describe, expect, it } from "vitest";
import { MAX_HOLDS } from "./core/limits.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { confirm, extend, hold, lock, lockWith, planOf, release } from "./testing/commands.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

function opened(limits?: { held: number; total: number }): Rig {
  const rig = new Rig(new MemoryStorage(), limits);
  rig.open(planOf(12));
  return rig;
}

const kinds = (rig: Rig) =>
  rig.storage.rows(1, 100).flatMap(({ entries }) => JSON.parse(entries).map((e: string[]) => e[0]));
const ofUser = (userId: string, command: ReturnType<typeof lock>) => {
  return { ...command, owner: { ...command.owner, userId } };
};
const releaseHold = (id: string) => ({ ...release(id), owner: { kind: "hold", id } as const });

describe("a hold", () => {
  it("is a lock that nobody is told of, and that is not reserved", () => {
    const rig = opened();
    expect(rig.do(hold("hold_1", ["A-1"], 1))).toEqual({
      outcome: "LOCKED",
      seatIds: ["A-1", "ga:Floor:1"],
      lockExpiresAt: rig.reading + LOCK_TTL_MS,
    });
    expect(rig.do(lock("bkg_1", ["A-1"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    const owner = { kind: "hold", id: "hold_1" } as const;
    expect(rig.do({ type: "confirm", owner })).toEqual({ outcome: "INVALID", problem: "BAD_HOLD" });
  });

  it("that is refused, or that nobody has, leaves nothing behind", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    const { seq } = rig.map.state;
    expect(rig.do(hold("hold_2", ["A-1", "A-2"]))).toMatchObject({ unavailableSeatIds: ["A-1"] });
    expect(rig.do(releaseHold("hold_2"))).toMatchObject({ cause: "NOTHING_HELD" });
    expect(rig.do(extend("hold_2"))).toEqual({ outcome: "EXTEND_FAILED", reason: "UNKNOWN" });
    expect(rig.map.state.seq).toBe(seq);
    expect(rig.map.state.decisions).toHaveLength(1);
    // So the same one may ask again.
    expect(rig.do(hold("hold_2", ["A-2"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("leaves room for bookings, however many holds there were", () => {
    const rig = opened();
    rig.map.state.holds = MAX_HOLDS;
    expect(rig.do(hold("hold_1", ["A-1"]))).toEqual({ outcome: "FULL" });
    expect(rig.do(lock("bkg_1", ["A-1"]))).toMatchObject({ outcome: "LOCKED" });
  });
});

describe("extend", () => {
  it("gives a hold its time anew, once, from the moment on", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.reading += 1_000;
    const lockExpiresAt = rig.reading + LOCK_TTL_MS;
    expect(rig.do(extend("hold_1"))).toEqual({ outcome: "EXTENDED", seatIds: ["A-1"], lockExpiresAt });
    expect(rig.do(extend("hold_1"))).toEqual({ outcome: "EXTEND_FAILED", reason: "EXTENDED" });
    rig.restart();
    rig.snapshot();
    rig.restart();
    expect(rig.do(extend("hold_1"))).toEqual({ outcome: "EXTEND_FAILED", reason: "EXTENDED" });
    expect(rig.do(hold("hold_1", ["A-1"]))).toMatchObject({ outcome: "LOCKED", lockExpiresAt });
    rig.reading = lockExpiresAt - 1;
    rig.expire();
    expect(rig.do(lock("bkg_1", ["A-1"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    rig.reading += 1;
    rig.expire();
    expect(rig.map.state.decision("hold_1")!.status).toBe("EXPIRED");
    expect(rig.do(lock("bkg_2", ["A-1"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("has an end, which comes by itself", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.reading += 1_000;
    rig.do(extend("hold_1"));
    rig.reading += LOCK_TTL_MS;
    rig.expire();
    expect(rig.map.state.decision("hold_1")!.status).toBe("EXPIRED");
  });

  it("comes too late for a hold that is over, be it by the millisecond", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.do(hold("hold_2", ["A-2"]));
    rig.do(releaseHold("hold_2"));
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(extend("hold_1"))).toEqual({ outcome: "EXTEND_FAILED", reason: "EXPIRED" });
    expect(rig.do(extend("hold_2"))).toEqual({ outcome: "EXTEND_FAILED", reason: "RELEASED" });
    expect(kinds(rig)).not.toContain("EXTENDED");
  });

  it("is for its own user, and not for a booking", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    const owner = { kind: "hold", id: "hold_1", userId: "usr_other" } as const;
    expect(rig.do({ type: "extend", owner })).toEqual({ outcome: "NOT_OWNER" });
    rig.do(lock("bkg_1", ["A-2"]));
    const booking = { kind: "booking", id: "bkg_1" } as const;
    expect(rig.do({ type: "extend", owner: booking })).toEqual({ outcome: "INVALID", problem: "BAD_HOLD" });
  });
});

describe("a booking with a hold", () => {
  it("takes its places over, in one judgement and with a time of its own", () => {
    const rig = opened();
    rig.do(lock("bkg_0", [], 1));
    rig.do(hold("hold_1", ["A-1"], 2));
    rig.do({ ...release("bkg_0") });
    rig.reading += 1_000;
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1"], 2))).toEqual({
      outcome: "LOCKED",
      // The very places of the area, though a lower one is free by now.
      seatIds: ["A-1", "ga:Floor:2", "ga:Floor:3"],
      lockExpiresAt: rig.reading + LOCK_TTL_MS,
    });
    expect(kinds(rig).slice(-2)).toEqual(["RELEASED", "LOCKED"]);
    expect(rig.map.state.decision("hold_1")!.status).toBe("RELEASED");
  });

  it("is the only one: a second one finds the places taken", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.do(lockWith("hold_1", "bkg_1", ["A-1"]));
    expect(rig.do(lockWith("hold_1", "bkg_2", ["A-1"]))).toMatchObject({ reason: "SEATS_TAKEN" });
  });

  it("is not undone by a release of the hold", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.do(lockWith("hold_1", "bkg_1", ["A-1"]));
    rig.do(releaseHold("hold_1"));
    expect(rig.do(lock("bkg_2", ["A-1"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    expect(rig.do(extend("hold_1"))).toMatchObject({ outcome: "EXTEND_FAILED" });
    expect(rig.do(confirm("bkg_1"))).toEqual({ outcome: "RESERVED", seatIds: ["A-1"] });
  });

  it("takes no place of another's hold, and none of a booking's", () => {
    const rig = opened();
    rig.do(ofUser("usr_other", hold("hold_1", ["A-1"])));
    rig.do(ofUser("usr_1", lock("bkg_0", ["A-2"])));
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    expect(rig.do(lockWith("bkg_0", "bkg_2", ["A-2"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    expect(rig.map.state.decision("hold_1")!.status).toBe("LOCKED");
  });

  it("that is refused leaves the hold as it is", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.do(lock("bkg_0", ["A-2"]));
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1", "A-2"]))).toMatchObject({
      unavailableSeatIds: ["A-2"],
    });
    expect(rig.map.state.decision("hold_1")!.status).toBe("LOCKED");
  });

  it("whose hold has run out is judged as any other", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1"]));
    rig.do(hold("hold_2", ["A-2"]));
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1"]))).toMatchObject({ outcome: "LOCKED" });
    rig.do(ofUser("usr_other", lock("bkg_0", ["A-2"])));
    expect(rig.do(lockWith("hold_2", "bkg_2", ["A-2"]))).toMatchObject({ reason: "SEATS_TAKEN" });
    expect(kinds(rig)).not.toContain("RELEASED");
  });

  it("gets no seat that went off sale under its hold", () => {
    const rig = opened();
    rig.do(hold("hold_1", ["A-1", "A-2"]));
    rig.open({ ...planOf(12), planVersion: 2, blockedSeatIds: ["A-1"] });
    const refusal = { reason: "BLOCKED", unavailableSeatIds: ["A-1"] };
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1", "A-2"]))).toMatchObject(refusal);
  });

  it.each([
    ["a hold that names a hold", { ...hold("hold_2", ["A-1"]), holdId: "hold_1" }, "BAD_HOLD"],
    ["one that names itself", lockWith("bkg_1", "bkg_1", ["A-1"]), "BAD_HOLD"],
    ["one that names nothing", lockWith("", "bkg_1", ["A-1"]), "BAD_TEXT"],
  ])("is not %s", (_what, command, problem) => {
    expect(opened().do(command)).toEqual({ outcome: "INVALID", problem });
  });
});

describe("a buyer", () => {
  const limits = { held: 3, total: 5 };
  const reached = { outcome: "REFUSED", reason: "LIMIT_REACHED", unavailableSeatIds: [] };

  it("holds so many places at one time, be it for holds or for bookings", () => {
    const rig = opened(limits);
    rig.do(hold("hold_1", ["A-1"], 1));
    expect(rig.do(hold("hold_2", ["A-2", "A-3"]))).toEqual(reached);
    expect(rig.do(ofUser("usr_1", lock("bkg_1", ["A-2", "A-3"])))).toEqual(reached);
    expect(rig.do(ofUser("usr_2", lock("bkg_2", ["A-2", "A-3"])))).toMatchObject({ outcome: "LOCKED" });
    rig.do(releaseHold("hold_1"));
    expect(rig.do(hold("hold_3", ["A-4", "A-5", "A-6"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("has so many in all, what is bought with it, until it is given back", () => {
    const rig = opened(limits);
    rig.do(ofUser("usr_1", lock("bkg_1", ["A-1", "A-2", "A-3"])));
    rig.do(confirm("bkg_1"));
    rig.restart();
    expect(rig.do(hold("hold_1", ["A-4", "A-5", "A-6"]))).toEqual(reached);
    rig.snapshot();
    rig.restart();
    expect(rig.do(hold("hold_1", ["A-4", "A-5"]))).toMatchObject({ outcome: "LOCKED" });
    expect(rig.do(hold("hold_2", ["A-6"]))).toEqual(reached);
    rig.do(release("bkg_1"));
    expect(rig.do(hold("hold_2", ["A-6"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("is not kept from booking by the hold that is booked with", () => {
    const rig = opened(limits);
    rig.do(hold("hold_1", ["A-1", "A-2", "A-3"]));
    expect(rig.do(lockWith("hold_1", "bkg_1", ["A-1", "A-2", "A-3"]))).toMatchObject({ outcome: "LOCKED" });
    expect(rig.map.state.buyers.of("usr_1")).toEqual({ held: 3, total: 3 });
  });

  it("is not kept from anything by locks that have run out", () => {
    const rig = opened(limits);
    rig.do(hold("hold_1", ["A-1", "A-2", "A-3"]));
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(hold("hold_2", ["A-4"]))).toMatchObject({ outcome: "LOCKED" });
    expect(rig.map.state.buyers.of("usr_1")).toEqual({ held: 1, total: 1 });
  });
});
