import { describe, expect, it } from "vitest";
import { MAX_DECISIONS } from "./core/limits.ts";
import { packSeats } from "./core/packed.ts";
import type { LockCommand, SeatPlan } from "./rpc.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { confirm, lock, planOf, release } from "./testing/commands.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

function opened(plan: SeatPlan = planOf(5)): Rig {
  const rig = new Rig(new MemoryStorage());
  rig.open(plan);
  return rig;
}

const kinds = (rig: Rig) =>
  rig.storage.rows(1, 100).flatMap(({ entries }) => JSON.parse(entries).map((e: string[]) => e[0]));
const NOT_OWNER = { outcome: "NOT_OWNER" };

describe("lock", () => {
  it("takes all places until the TTL is over", () => {
    const rig = opened();
    expect(rig.do(lock("bkg_1", ["A-1", "A-2"], 2))).toEqual({
      outcome: "LOCKED",
      seatIds: ["A-1", "A-2", "ga:Floor:1", "ga:Floor:2"],
      lockExpiresAt: rig.reading + LOCK_TTL_MS,
    });
  });

  it("takes none when one is taken, and says which", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    expect(rig.do(lock("bkg_2", ["A-2", "A-1"], 1))).toEqual({
      outcome: "REFUSED",
      reason: "SEATS_TAKEN",
      unavailableSeatIds: ["A-1"],
    });
    expect(rig.do(lock("bkg_3", ["A-2"], 5))).toMatchObject({ outcome: "LOCKED" });
  });

  it("fills an area from the lowest free place up", () => {
    const rig = opened();
    rig.do(lock("bkg_1", [], 1));
    rig.do(lock("bkg_2", [], 1));
    rig.do(lock("bkg_3", [], 1));
    rig.do(release("bkg_2"));
    expect(rig.do(lock("bkg_4", [], 2))).toMatchObject({ seatIds: ["ga:Floor:2", "ga:Floor:4"] });
    expect(rig.do(lock("bkg_5", [], 2))).toMatchObject({
      reason: "SOLD_OUT",
      unavailableSeatIds: ["ga:Floor"],
    });
  });

  it("names what it does not know, what is blocked, and what cannot be chosen", () => {
    const rig = opened({ ...planOf(5), blockedSeatIds: ["A-5"] });
    const refusal = (id: string, seatId: string) => rig.do(lock(id, [seatId, "A-1"]));
    expect(refusal("bkg_1", "Z-9")).toMatchObject({ reason: "UNKNOWN_SEAT", unavailableSeatIds: ["Z-9"] });
    expect(refusal("bkg_2", "ga:Floor:1")).toMatchObject({ reason: "UNKNOWN_SEAT" });
    expect(refusal("bkg_3", "A-5")).toMatchObject({ reason: "BLOCKED", unavailableSeatIds: ["A-5"] });
  });

  it("answers a repeat as the first time, whatever has happened since", () => {
    const rig = opened();
    const first = rig.do(lock("bkg_1", ["A-1"], 1));
    const refused = rig.do(lock("bkg_2", ["A-1"]));
    rig.reading += LOCK_TTL_MS;
    rig.do(lock("bkg_3", ["A-1"]));
    rig.do(release("bkg_3"));
    const entries = rig.map.state.seq;
    expect(rig.do(lock("bkg_1", ["A-1"], 1))).toEqual(first);
    expect(rig.do(lock("bkg_2", ["A-1"]))).toEqual(refused);
    expect(rig.map.state.seq).toBe(entries);
  });

  it("is refused after its release, which is remembered", () => {
    const rig = opened();
    rig.do(release("bkg_1"));
    expect(rig.do(lock("bkg_1", ["A-1"]))).toMatchObject({ outcome: "REFUSED", reason: "RELEASED" });
    rig.do(confirm("bkg_2"));
    expect(rig.do(lock("bkg_2", ["A-1"]))).toMatchObject({ outcome: "REFUSED", reason: "RELEASED" });
  });

  it.each<[string, Partial<LockCommand>]>([
    ["NO_PLACES", { seatIds: [] }],
    ["TOO_MANY_PLACES", { generalAdmission: [{ name: "Floor", quantity: 10 }] }],
    ["DUPLICATE_PLACE", { seatIds: ["A-1", "A-1"] }],
    ["BAD_QUANTITY", { generalAdmission: [{ name: "Floor", quantity: 0 }] }],
    ["BAD_QUANTITY", { generalAdmission: [{ name: "Floor", quantity: 0.5 }] }],
    ["BAD_TEXT", { owner: { kind: "booking", id: "", userId: "usr_1" } }],
    ["BAD_TEXT", { seatIds: ["x".repeat(129)] }],
  ])("is invalid: %s %j", (problem, part) => {
    const rig = opened();
    expect(rig.do({ ...lock("bkg_1", ["A-1"]), ...part })).toEqual({ outcome: "INVALID", problem });
    expect(rig.map.state.seq).toBe(1);
  });
});

describe("confirm", () => {
  it("reserves until the last millisecond, and not in the next", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-2"]));
    rig.reading += LOCK_TTL_MS - 1;
    expect(rig.do(confirm("bkg_1", ["A-1"]))).toEqual({ outcome: "RESERVED", seatIds: ["A-1"] });
    rig.reading += 1;
    expect(rig.do(confirm("bkg_2"))).toEqual({ outcome: "CONFIRM_FAILED", reason: "EXPIRED" });
    expect(kinds(rig).slice(-2)).toEqual(["EXPIRED", "CONFIRM_REFUSED"]);
    expect(rig.do(lock("bkg_3", ["A-2"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("says what stands in its way", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(release("bkg_1"));
    expect(rig.do(confirm("bkg_1"))).toEqual({ outcome: "CONFIRM_FAILED", reason: "RELEASED" });
    expect(rig.do(confirm("bkg_2"))).toEqual({ outcome: "CONFIRM_FAILED", reason: "UNKNOWN" });
  });

  it("never uses a clock that ran back, not even after a wake", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.reading += LOCK_TTL_MS;
    rig.do(lock("bkg_2", ["A-2"]));
    rig.reading -= LOCK_TTL_MS;
    rig.restart();
    expect(rig.do(confirm("bkg_1"))).toEqual({ outcome: "CONFIRM_FAILED", reason: "EXPIRED" });
  });
});

describe("release", () => {
  it("frees what is locked, and what is reserved", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-2"]));
    rig.do(confirm("bkg_2"));
    expect(rig.do(release("bkg_1", ["A-1"]))).toEqual({
      outcome: "RELEASED",
      cause: "RELEASED",
      seatIds: ["A-1"],
    });
    expect(rig.do(release("bkg_2"))).toEqual({ outcome: "RELEASED", cause: "RELEASED", seatIds: ["A-2"] });
    expect(rig.do(lock("bkg_3", ["A-1", "A-2"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("is answered where nothing is held, named seats or not", () => {
    const rig = opened();
    const nothing = { outcome: "RELEASED", cause: "NOTHING_HELD", seatIds: [] };
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-1"]));
    expect(rig.do(release("bkg_2", ["A-1"]))).toEqual(nothing);
    expect(rig.do(release("bkg_3", ["A-1"]))).toEqual(nothing);
    expect(rig.do(release("bkg_3", ["A-1"]))).toEqual(nothing);
    expect(rig.do(confirm("bkg_1"))).toMatchObject({ outcome: "RESERVED" });
  });

  it("of a lock that has run out says so", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(release("bkg_1"))).toEqual({ outcome: "RELEASED", cause: "EXPIRED", seatIds: ["A-1"] });
    expect(kinds(rig).at(-1)).toBe("EXPIRED");
  });
});

describe("the owner", () => {
  it("who came too late does not touch the seat's next owner", () => {
    const rig = opened();
    rig.do(lock("bkg_a", ["A-1"]));
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(lock("bkg_b", ["A-1"]))).toMatchObject({ outcome: "LOCKED" });
    expect(rig.do(confirm("bkg_a", ["A-1"]))).toEqual({ outcome: "CONFIRM_FAILED", reason: "EXPIRED" });
    expect(rig.do(release("bkg_a", ["A-1"]))).toMatchObject({ cause: "EXPIRED" });
    expect(rig.do(confirm("bkg_b"))).toEqual({ outcome: "RESERVED", seatIds: ["A-1"] });
  });

  it("frees and reserves nothing by naming a seat of another", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-2"]));
    expect(rig.do(release("bkg_1", ["A-2"]))).toEqual(NOT_OWNER);
    expect(rig.do(confirm("bkg_1", ["A-1", "A-2"]))).toEqual(NOT_OWNER);
    expect(rig.map.state.seq).toBe(3);
  });

  it("must be of the same kind and user", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    const stranger = { kind: "booking", id: "bkg_1", userId: "usr_other" } as const;
    const hold = { kind: "hold", id: "bkg_1" } as const;
    expect(rig.do({ ...confirm("bkg_1"), owner: stranger })).toEqual(NOT_OWNER);
    for (const owner of [stranger, hold]) {
      expect(rig.do({ ...release("bkg_1"), owner })).toEqual(NOT_OWNER);
      expect(rig.do({ ...lock("bkg_1", ["A-1"]), owner: { userId: "usr_of_bkg_1", ...owner } })).toEqual(
        NOT_OWNER,
      );
    }
    expect(
      rig.do({ ...confirm("bkg_1"), owner: { ...hold, kind: "booking", userId: "usr_of_bkg_1" } }),
    ).toMatchObject({
      outcome: "RESERVED",
    });
  });

  it("is looked up at the very place: one with another holder is neither reserved nor freed", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-2"]));
    // No command leads here. Should a defect, the seat is still not taken from who has it.
    rig.map.state.opened!.places.holder[0] = 1;
    expect(rig.do(confirm("bkg_1"))).toEqual(NOT_OWNER);
    expect(rig.do(release("bkg_1"))).toEqual(NOT_OWNER);
    expect(() => rig.map.state.opened!.places.free(0, 0)).toThrow("place 0 is in state 1 of decision 1");
  });
});

describe("expiry", () => {
  it("ends what is due, in order, a bounded number at a time", () => {
    const rig = opened(planOf(100));
    for (let n = 1; n <= 100; n++) {
      rig.do(lock(`bkg_${n}`, [`A-${n}`]));
      rig.reading += 1;
    }
    rig.do(confirm("bkg_3"));
    rig.reading += LOCK_TTL_MS - 50;
    expect(rig.expire(20)).toBe(true);
    expect(rig.expire(100)).toBe(false);
    const ended = rig.map.state.decisions
      .slice(0, 100)
      .filter(({ status }) => status === "EXPIRED")
      .map(({ id }) => id);
    expect(ended).toEqual(
      Array.from({ length: 51 }, (_, n) => `bkg_${n + 1}`).filter((id) => id !== "bkg_3"),
    );
  });

  it("gives a sold-out area's lapsed places away before the alarm has come", () => {
    const rig = opened();
    rig.do(lock("bkg_1", [], 5));
    expect(rig.do(lock("bkg_2", [], 1))).toMatchObject({ reason: "SOLD_OUT" });
    rig.reading += LOCK_TTL_MS;
    expect(rig.do(lock("bkg_3", [], 1))).toMatchObject({ outcome: "LOCKED" });
  });
});

describe("the plan", () => {
  it("is asked for first", () => {
    const rig = new Rig(new MemoryStorage());
    expect(rig.do(lock("bkg_1", ["A-1"]))).toEqual({ outcome: "NOT_OPEN" });
    expect(rig.do(release("bkg_1"))).toEqual({ outcome: "NOT_OPEN" });
    expect(rig.map.state.seq).toBe(0);
  });

  it("may come again, or late, and be changed until the first decision", () => {
    const rig = opened(planOf(5));
    expect(rig.open(planOf(5))).toEqual({ outcome: "OPEN", planVersion: 1 });
    expect(rig.map.state.seq).toBe(1);
    expect(rig.open(planOf(6))).toEqual({ outcome: "PLAN_CONFLICT", planVersion: 1 });
    expect(rig.open({ ...planOf(6), planVersion: 2 })).toEqual({ outcome: "OPEN", planVersion: 2 });
    expect(rig.open(planOf(5))).toEqual({ outcome: "OPEN", planVersion: 2 });
    rig.restart();
    rig.do(lock("bkg_1", ["A-6"]));
    expect(rig.open({ ...planOf(5), planVersion: 3 })).toEqual({ outcome: "PLAN_CONFLICT", planVersion: 2 });
    expect(rig.open({ ...planOf(6), planVersion: 3 })).toEqual({ outcome: "OPEN", planVersion: 3 });
    rig.restart();
    expect(rig.do(confirm("bkg_1"))).toMatchObject({ outcome: "RESERVED" });
  });

  it("may gain seats and areas after the first decision, wherever its list has them", () => {
    const rig = opened(planOf(2));
    rig.do(lock("bkg_1", ["A-2"], 1));
    const floor = { name: "Floor", capacity: 5 };
    const gained = { ...planOf(2), planVersion: 2, seatIds: ["B-1", "A-2", "A-1"] };
    const plan = { ...gained, generalAdmission: [{ name: "Hill", capacity: 1 }, floor] };
    expect(rig.open(plan)).toEqual({ outcome: "OPEN", planVersion: 2 });
    for (const wake of [() => {}, () => rig.restart(), () => rig.snapshot(), () => rig.restart()]) {
      wake();
      // B-1 free, A-2 locked, A-1 free: in the order of the list.
      expect([...packSeats(rig.map.state.opened!)]).toEqual([0b00_01_00]);
    }
    expect(rig.do(confirm("bkg_1"))).toEqual({ outcome: "RESERVED", seatIds: ["A-2", "ga:Floor:1"] });
    expect(rig.do(lock("bkg_2", ["B-1", "A-2"]))).toMatchObject({ unavailableSeatIds: ["A-2"] });
    const onHill = { ...lock("bkg_3", ["B-1"]), generalAdmission: [{ name: "Hill", quantity: 1 }] };
    expect(rig.do(onHill)).toMatchObject({ outcome: "LOCKED", seatIds: ["B-1", "ga:Hill:1"] });
  });

  it.each([
    ["a seat less", { seatIds: ["A-1", "A-3"] }],
    ["an area less", { generalAdmission: [] }],
    ["a larger area", { generalAdmission: [{ name: "Floor", capacity: 6 }] }],
  ])("may not have %s after the first decision", (_what, change) => {
    const rig = opened(planOf(2));
    rig.do(lock("bkg_1", ["A-1"]));
    const conflict = { outcome: "PLAN_CONFLICT", planVersion: 1 };
    expect(rig.open({ ...planOf(2), planVersion: 2, ...change })).toEqual(conflict);
    expect(rig.do(lock("bkg_2", ["A-2"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it("takes seats off sale and puts them on sale again; what is held stays its holder's until it is freed", () => {
    const rig = opened(planOf(3));
    rig.do(lock("bkg_1", ["A-1"]));
    rig.open({ ...planOf(3), planVersion: 2, blockedSeatIds: ["A-1", "A-2"] });
    rig.restart();
    expect(rig.do(lock("bkg_2", ["A-2"]))).toMatchObject({ reason: "BLOCKED", unavailableSeatIds: ["A-2"] });
    expect(rig.do(confirm("bkg_1"))).toMatchObject({ outcome: "RESERVED" });
    rig.do(release("bkg_1"));
    rig.snapshot();
    rig.restart();
    expect(rig.do(lock("bkg_3", ["A-1"]))).toMatchObject({ reason: "BLOCKED" });
    rig.open({ ...planOf(3), planVersion: 3 });
    expect(rig.do(lock("bkg_4", ["A-1", "A-2"]))).toMatchObject({ outcome: "LOCKED" });
  });

  it.each<[string, Partial<SeatPlan>]>([
    ["NO_PLACES", { seatIds: [], generalAdmission: [] }],
    ["TOO_MANY_PLACES", { generalAdmission: [{ name: "Floor", capacity: 100_000 }] }],
    ["DUPLICATE_PLACE", { seatIds: ["A-1", "A-1"] }],
    ["BAD_TEXT", { seatIds: ["ga:Floor:1"] }],
    ["BAD_CAPACITY", { generalAdmission: [{ name: "Floor", capacity: 0 }] }],
    ["BAD_VERSION", { planVersion: 0 }],
    ["UNKNOWN_BLOCKED_SEAT", { blockedSeatIds: ["Z-1"] }],
  ])("is invalid: %s", (problem, part) => {
    const rig = new Rig(new MemoryStorage());
    expect(rig.open({ ...planOf(3), ...part })).toEqual({ outcome: "INVALID_PLAN", problem });
  });

  it("once closed gives no new locks, and keeps its word on old ones", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    rig.do(lock("bkg_2", ["A-2"]));
    rig.close();
    rig.restart();
    expect(rig.do(lock("bkg_3", ["A-3"]))).toMatchObject({ outcome: "REFUSED", reason: "CLOSED" });
    expect(rig.do(confirm("bkg_1"))).toMatchObject({ outcome: "RESERVED" });
    expect(rig.do(release("bkg_2"))).toMatchObject({ cause: "RELEASED" });
  });

  it("takes no new owners beyond the decisions it can keep", () => {
    const rig = opened();
    rig.do(lock("bkg_1", ["A-1"]));
    Object.defineProperty(rig.map.state.decisions, "length", { value: MAX_DECISIONS });
    expect(rig.do(lock("bkg_2", ["A-2"]))).toEqual({ outcome: "FULL" });
    expect(rig.do(release("bkg_1"))).toMatchObject({ cause: "RELEASED" });
  });
});
