import { describe, expect, it } from "vitest";
import { type Fault, LINKED, PARTS, type PlanOptions, planFaults, quietMs } from "./plan.ts";

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);
const plan = (change: Partial<PlanOptions> = {}) =>
  planFaults({ seed: 1, minutes: 10, parts: PARTS, ...change });
const killsOf = (faults: Fault[], target: string) =>
  faults.filter((fault) => fault.kind === "kill" && fault.target === target);

describe("a plan of faults", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(plan({ seed: 7 })).toEqual(plan({ seed: 7 }));
    expect(plan({ seed: 7 })).not.toEqual(plan({ seed: 8 }));
  });

  it("kills each part at least three times in ten minutes, all of them before one is killed again", () => {
    for (const seed of SEEDS) {
      const faults = plan({ seed });
      for (const part of PARTS) expect(killsOf(faults, part).length).toBeGreaterThanOrEqual(3);
      const killed = faults.filter(({ kind }) => kind === "kill").map(({ target }) => target);
      for (let n = 0; n < killed.length; n += PARTS.length) {
        expect(new Set(killed.slice(n, n + PARTS.length)).size).toBe(PARTS.length);
      }
    }
  });

  it("disturbs every connection in every way in ten minutes, and stops every part for a while", () => {
    const seen = new Set(plan().map(({ kind, target }) => `${kind} ${target}`));
    for (const part of PARTS) expect(seen).toContain(`pause ${part}`);
    for (const link of LINKED) {
      for (const kind of ["cut", "refuse", "silence", "delay"]) expect(seen).toContain(`${kind} ${link}`);
    }
  });

  it.each([1, 2, 3, 10, 30])(
    "begins after the quiet and is over before the load, in order: %d min",
    (minutes) => {
      for (const seed of SEEDS) {
        const faults = plan({ seed, minutes });
        const times = faults.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(times[0]).toBeGreaterThanOrEqual(quietMs(minutes));
        for (const fault of faults) {
          const endMs = fault.atMs + ("forMs" in fault ? fault.forMs : 0);
          expect(endMs).toBeLessThan(minutes * 60_000);
        }
      }
    },
  );

  it("kills each part once in a short run", () => {
    for (const part of PARTS) expect(killsOf(plan({ minutes: 1 }), part)).toHaveLength(1);
  });

  it("is about the parts that are named, and no others", () => {
    const targets = new Set(plan({ parts: ["mongo", "postgres"] }).map(({ target }) => target));
    expect(targets).toEqual(new Set(["mongo", "postgres"]));
  });
});
