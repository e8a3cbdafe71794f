import { describe, expect, it } from "vitest";
import { Arrivals } from "./arrivals.ts";
import { lingerMs } from "./linger.ts";

describe("arrivals", () => {
  it("are a rate once a window has passed, and none once nothing has come for one", () => {
    const arrivals = new Arrivals();
    for (let now = 0; now < 2_000; now += 100) arrivals.add(5, now);
    expect(arrivals.rate(1_999)).toBe(0);
    expect(arrivals.rate(2_000)).toBe(50);
    expect(arrivals.rate(3_999)).toBe(50);
    expect(arrivals.rate(4_000)).toBe(0);
  });
});

describe("the wait for more", () => {
  it.each([
    ["none on a quiet day", 10, 500, 0, 0],
    ["until there are enough, in a rush", 100, 500, 0, 160],
    ["as long as the last call took at most", 100, 12, 0, 12],
    ["less for each that is there", 100, 500, 8, 80],
    ["none where enough are there", 100, 500, 16, 0],
    ["never longer than 200 ms", 25, 500, 0, 200],
  ])("is %s", (_what, rate, tookMs, inHand, ms) => {
    expect(lingerMs(rate, tookMs, inHand)).toBe(ms);
  });
});
