import { describe, expect, it } from "vitest";
import { beatMs, drawnFrom, pauseMs } from "./backoff.ts";

const PACE = { firstMs: 1_000, longestMs: 60_000 };

describe("a pause", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [6, 32_000],
    [7, 60_000],
    [1_000_000, 60_000],
  ])("before try %i is at most %i ms, and at least half of that", (attempt, full) => {
    expect(pauseMs(PACE, attempt, 0)).toBe(full / 2);
    expect(pauseMs(PACE, attempt, 0.5)).toBe((full * 3) / 4);
    expect(pauseMs(PACE, attempt, 1)).toBe(full);
  });
});

it("a beat is up to a fifth off", () => {
  expect([0, 0.5, 1].map((random) => beatMs(5_000, random))).toEqual([4_000, 5_000, 6_000]);
});

describe("a number drawn from a name", () => {
  it("is the same each time", () => {
    expect(drawnFrom("bkg_1:3")).toBe(drawnFrom("bkg_1:3"));
  });

  it("is spread evenly over names that differ by little", () => {
    const tenths = new Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n++) tenths[Math.floor(drawnFrom(`bkg_1:${n}`) * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });
});
