import { describe, expect, it } from "vitest";
import type { Course } from "./courses.ts";
import type { Fault } from "./plan.ts";
import type { Struck } from "./strike.ts";
import { summarise } from "./times.ts";

const course = (begunAt: number, endedAt: number | null): Course => ({
  ...{ id: `bkg_${begunAt}`, outcome: "CONFIRMED", reason: null, wasConfirmed: true, begunAt, endedAt },
});
const struck = (fault: Omit<Fault, "atMs">, startedAt: number, healedAt: number): Struck => ({
  ...{ fault: { ...fault, atMs: 0 } as Fault, startedAt, healedAt },
});
const KILL = { kind: "kill", target: "mongo" } as const;

describe("how long bookings took", () => {
  it("counts those under way at any moment between a fault and its healing, and no others", () => {
    const courses = [
      course(0, 100),
      course(900, 999), // ended before
      course(950, 1_000), // at its very beginning
      course(1_500, 4_000), // begun while it was broken
      course(2_000, 5_000), // begun at the healing
      course(2_001, 2_002), // begun after it
      course(1_200, null), // has not ended
    ];
    const { undisturbed, disturbed } = summarise(courses, [struck(KILL, 1_000, 2_000)]);
    expect(undisturbed).toEqual({ count: 2, min: 99, median: 99, p95: 100, max: 100 });
    expect(disturbed).toEqual([
      {
        ...{ kind: "kill", target: "mongo", faults: 1, lastAfterMs: 3_000 },
        times: { count: 3, min: 50, median: 2_500, p95: 3_000, max: 3_000 },
      },
    ]);
  });

  it("puts the faults of a kind on a target together, and counts a booking that met both once", () => {
    const faults = [
      struck(KILL, 1_000, 1_100),
      struck(KILL, 2_000, 2_100),
      struck({ kind: "cut", target: "mongo" }, 2_050, 2_050),
    ];
    const { disturbed } = summarise([course(1_050, 2_200), course(2_090, 2_120)], faults);
    expect(disturbed.map(({ kind, faults: number, times }) => [kind, number, times?.count])).toEqual([
      ["kill", 2, 2],
      ["cut", 1, 1],
    ]);
    expect(disturbed[0]?.lastAfterMs).toBe(1_100);
  });

  it("says that there was nothing where nothing was under way", () => {
    const { undisturbed, disturbed } = summarise([course(1_500, 1_600)], [struck(KILL, 1_000, 1_100)]);
    expect(undisturbed).toBeNull();
    expect(disturbed[0]).toMatchObject({ times: null, lastAfterMs: 0 });
  });
});
