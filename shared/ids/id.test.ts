import { describe, expect, it } from "vitest";
import { idPattern, newId } from "./id.ts";

describe("newId", () => {
  it("carries its prefix and sorts by time", () => {
    const first = newId("bkg", 1_800_000_000_000);
    const second = newId("bkg", 1_800_000_000_001);
    expect(first).toMatch(idPattern("bkg"));
    expect(second > first).toBe(true);
  });

  it("never repeats within one millisecond, and keeps its order", () => {
    const ids = Array.from({ length: 1_000 }, () => newId("pay", 1_800_000_000_500));
    expect(new Set(ids).size).toBe(1_000);
    expect([...ids].sort()).toEqual(ids);
  });
});
