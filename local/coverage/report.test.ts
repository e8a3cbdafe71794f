import { describe, expect, it } from "vitest";
import { type FileLines, missedList, passesBar, ranges, reportOf, summary } from "./report.ts";

const file = (path: string, lines: number, missed: number): FileLines => ({
  path,
  lines,
  missed: Array.from({ length: missed }, (_, index) => index + 1),
});

describe("the bar", () => {
  it("is passed at 90 % of all lines together, whichever folder they are in", () => {
    expect(passesBar(reportOf([file("shared/a.ts", 90, 0), file("local/b.ts", 10, 10)]))).toBe(true);
  });

  it("is not passed a line below, though that rounds to 90 %", () => {
    expect(passesBar(reportOf([file("shared/a.ts", 10_000, 1_001)]))).toBe(false);
  });
});

describe("the report", () => {
  const report = reportOf([
    file("shared/a.ts", 10_000, 1_001),
    file("local/b.ts", 3, 0),
    file("local/c.ts", 3, 2),
  ]);

  it("says each folder's share, never more than was reached", () => {
    expect(
      summary(report)
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual([
      "workers          100.0 %       0 of 0 lines",
      "durable-objects  100.0 %       0 of 0 lines",
      "shared            89.9 %    8999 of 10000 lines",
      "local             66.6 %       4 of 6 lines",
      "all               89.9 %    9003 of 10006 lines",
    ]);
  });

  it("lists what was missed, the most first, and no file that missed nothing", () => {
    expect(missedList(report)).toBe("1001 of 10000  shared/a.ts:1-1001\n2 of 3  local/c.ts:1-2\n");
  });

  it("shortens neighbouring lines", () => {
    expect(ranges([3, 4, 5, 9, 11, 12])).toBe("3-5,9,11-12");
    expect(ranges([])).toBe("");
  });
});
