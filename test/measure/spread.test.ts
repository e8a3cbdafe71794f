import { describe, expect, it } from "vitest";
import { spread } from "./spread.ts";

describe("spread", () => {
  it("names measured times by nearest rank, whatever their order", () => {
    const times = Array.from({ length: 50 }, (_, n) => 50 - n);
    expect(spread(times)).toEqual({ min: 1, median: 25, p95: 48, max: 50 });
    expect(spread([7])).toEqual({ min: 7, median: 7, p95: 7, max: 7 });
  });

  it("does not make up a time where nothing was measured", () => {
    expect(() => spread([])).toThrow("nothing was measured");
  });
});
