import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDelta, decodeDelta, encodeDelta } from "#shared/seats/delta.ts";
import { decodeSeats, encodeSeats, type PackedSeats } from "#shared/seats/packed.ts";
import { ChangeFeed } from "./core/change-feed.ts";
import { encodeChanges, encodeWhole } from "./core/changes.ts";
import type { Entry } from "./core/entry.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { command, PLAN } from "./testing/arbitrary.ts";
import { lock, planOf } from "./testing/commands.ts";
import { opened as openedService } from "./testing/platform.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

const whole = ({ map }: Rig): PackedSeats => decodeSeats(encodeWhole(map)!);
const shown = ({ free, states, ...rest }: PackedSeats) => ({ ...rest, free: [...free], states: [...states] });

/** Plans that gain seats and an area, in another order too; that block; and one that changes nothing. */
const replan = fc.record({
  seatIds: fc.constantFrom(
    PLAN.seatIds,
    ["C-1", ...PLAN.seatIds],
    ["C-2", "A-1", "C-1", ...PLAN.seatIds.slice(1)],
  ),
  blockedSeatIds: fc.subarray(["A-2", "A-3", "B-2", "blocked"]),
  generalAdmission: fc.constantFrom(PLAN.generalAdmission, [
    { name: "Hill", capacity: 1 },
    ...PLAN.generalAdmission,
  ]),
});

const step = fc.oneof(
  { weight: 10, arbitrary: command.map((it) => (rig: Rig) => void rig.do(it)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, LOCK_TTL_MS).map((ms) => (rig: Rig) => {
      rig.reading += ms;
    }),
  },
  { weight: 2, arbitrary: fc.constant((rig: Rig) => void rig.expire()) },
  {
    weight: 1,
    arbitrary: replan.map((change) => (rig: Rig) => {
      rig.open({ ...PLAN, ...change, planVersion: rig.map.state.planVersion + 1 });
    }),
  },
  { weight: 1, arbitrary: fc.constant((rig: Rig) => rig.restart()) },
  { weight: 1, arbitrary: command.map((it) => (rig: Rig) => rig.lose(it)) },
);

describe("changes", () => {
  it("bring a map of any earlier moment of this epoch and plan up to this one, and no other map", () => {
    let deltas = 0;
    const property = fc.property(fc.array(step, { maxLength: 30, size: "max" }), (run) => {
      const rig = new Rig(new MemoryStorage());
      rig.open(PLAN);
      const earlier = [whole(rig)];
      for (const take of run) {
        take(rig);
        const now = whole(rig);
        for (const map of earlier) {
          const before = shown(map);
          const bytes = encodeChanges(rig.map, map.seq);
          const outcome = bytes ? applyDelta(map, decodeDelta(bytes)) : "gap";
          if (outcome === "applied") deltas += 1;
          expect(shown(map)).toEqual(outcome === "applied" ? shown(now) : before);
          const isSame = map.epoch === now.epoch && map.planVersion === now.planVersion;
          if (isSame) expect(outcome).not.toBe("gap");
          if (map.planVersion !== now.planVersion) expect(bytes).toBeNull();
        }
        earlier.push(now);
      }
    });
    fc.assert(property, { seed: 20_261_126, numRuns: 60 });
    expect(deltas).toBeGreaterThan(1_000);
  });

  it("name a seat once, however often it changed, and an area by what is free in it", () => {
    const rig = new Rig(new MemoryStorage());
    rig.open(planOf(8));
    const { seq } = rig.map.state;
    rig.do(lock("bkg_1", ["A-3"], 2));
    rig.reading += LOCK_TTL_MS;
    rig.do(lock("bkg_2", ["A-3", "A-8"], 1));
    expect(decodeDelta(encodeChanges(rig.map, seq)!)).toMatchObject({
      ...{ planVersion: 1, epoch: 1, fromSeq: seq, toSeq: rig.map.state.seq },
      areas: [{ area: 0, free: 4 }],
      seats: expect.toSatisfy(
        (seats: { seat: number }[]) =>
          seats.length === 2 && new Set(seats.map(({ seat }) => seat)).size === 2,
      ),
    });
  });

  it("give way to the whole map where that is shorter", () => {
    const rig = new Rig(new MemoryStorage());
    rig.open(planOf(2_000));
    const { seq } = rig.map.state;
    for (let n = 0; n < 1_010; n++) rig.do(lock(`bkg_${n}`, [`A-${n + 1}`]));
    expect(encodeChanges(rig.map, seq + 10)).not.toBeNull();
    expect(encodeChanges(rig.map, seq)?.length).toBe(4_076);
    for (let n = 1_010; n < 1_020; n++) rig.do(lock(`bkg_${n}`, [`A-${n + 1}`]));
    expect(encodeChanges(rig.map, seq)).toBeNull();
  });

  it("are not told before they are on disk, and of no other epoch", async () => {
    const { map, seen } = await openedService(50);
    const { epoch, seq } = await map.view();
    let release = () => {};
    seen.sync = () => new Promise((resolve) => (release = resolve));
    const locked = map.apply([lock("bkg_1", ["A-1"])]);
    let told = false;
    const changes = map.changes(epoch, seq).finally(() => {
      told = true;
    });
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
    release();
    await locked;
    expect(await changes).toMatchObject({ epoch, fromSeq: seq, toSeq: seq + 1, planVersion: 1 });
    expect(await map.changes(epoch + 1, seq)).toBeNull();
    expect(await map.changes(epoch, seq + 2)).toBeNull();
  });
});

describe("a change", () => {
  it.each([
    ["goes on from where the map is", {}, "applied"],
    ["begins before it", { fromSeq: 8 }, "applied"],
    ["ends where the map is", { fromSeq: 8, toSeq: 10 }, "known"],
    ["begins after it", { fromSeq: 11 }, "gap"],
    ["is of the map's next life, which began there", { epoch: 4 }, "applied"],
    ["is of a life that began before, with another history", { epoch: 4, fromSeq: 9 }, "gap"],
    ["is of a life that began later", { epoch: 4, fromSeq: 11 }, "gap"],
    ["is of an earlier life", { epoch: 2 }, "gap"],
    ["is of another plan", { planVersion: 2 }, "gap"],
  ])("that %s", (_, part, outcome) => {
    const map: PackedSeats = {
      ...{ eventVersion: 0, planVersion: 1, epoch: 3, seq: 10, seats: 4 },
      ...{ free: Uint32Array.of(5), states: new Uint8Array(1) },
    };
    const areas = [{ area: 0, free: 3 }];
    const delta = {
      planVersion: 1,
      epoch: 3,
      fromSeq: 10,
      toSeq: 12,
      areas,
      seats: [{ seat: 2, state: 1 }],
      ...part,
    };
    expect(applyDelta(map, delta)).toBe(outcome);
    const isApplied = outcome === "applied";
    expect(map).toMatchObject(isApplied ? { seq: 12, epoch: delta.epoch } : { seq: 10, epoch: 3 });
    expect([map.free[0], map.states[0]]).toEqual(isApplied ? [3, 0b01_00_00] : [5, 0]);
  });
});

describe("the ring", () => {
  const locked = (seq: number, places: number[]) => ({ kind: "LOCKED", seq, places }) as Entry;

  it("knows what a list of all changes knows, or says that it does not", () => {
    const entries = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { maxLength: 20 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 6 }), (places, capacity) => {
        const feed = new ChangeFeed(100, capacity);
        for (const [n, some] of places.entries()) feed.note(locked(101 + n, some));
        for (let seq = 99; seq <= 100 + places.length; seq++) {
          const found: number[] = [];
          const expected = places.slice(Math.max(0, seq - 100)).flat();
          const isKnown = feed.since(seq, (place) => void found.push(place));
          expect(isKnown).toBe(seq >= 100 && expected.length <= capacity);
          if (isKnown) expect(found.toSorted()).toEqual(expected.toSorted());
        }
      }),
      { seed: 20_261_126, numRuns: 200 },
    );
  });
});

describe("what is encoded", () => {
  const u32 = fc.nat(0xffff_ffff);
  const head = { planVersion: u32, epoch: u32 };

  it("is read back as it was: a whole map", () => {
    const map = fc.record({
      ...head,
      eventVersion: u32,
      seq: fc.maxSafeNat(),
      free: fc.uint32Array({ maxLength: 5 }),
      states: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(map, (it) => {
        const one = { ...it, seats: it.states.length * 4 };
        expect(shown(decodeSeats(encodeSeats(one)))).toEqual(shown(one));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("is read back as it was: a delta", () => {
    const delta = fc.record({
      ...{ ...head, fromSeq: fc.maxSafeNat(), toSeq: fc.maxSafeNat() },
      areas: fc.array(fc.record({ area: u32, free: u32 }), { maxLength: 4 }),
      seats: fc.array(fc.record({ seat: fc.nat(100_000), state: fc.nat(3) }), { maxLength: 9 }),
    });
    fc.assert(
      fc.property(delta, (it) => {
        expect(decodeDelta(encodeDelta(it))).toEqual(it);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("is refused where it is cut off, or is something else", () => {
    const delta = encodeDelta({
      planVersion: 1,
      epoch: 1,
      fromSeq: 1,
      toSeq: 2,
      areas: [],
      seats: [{ seat: 0, state: 1 }],
    });
    expect(() => decodeDelta(delta.subarray(0, -1))).toThrow(RangeError);
    expect(() => decodeDelta(delta.subarray(0, 2))).toThrow(RangeError);
    expect(() => decodeSeats(delta)).toThrow(RangeError);
  });
});
