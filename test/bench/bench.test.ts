import { describe, expect, it } from "vitest";
import { chosen } from "./choose.ts";
import { Skipped, Violation } from "./failures.ts";
import { judgeFairness } from "./fairness.ts";
import { readFlags } from "./flags.ts";
import type { JobResult } from "./load/job.ts";
import { pageText } from "./page.ts";
import { asJson, asTable } from "./present.ts";
import { runMeasures } from "./run.ts";
import { interleaved, quantile, ratios } from "./statistics.ts";
import type { Bar, Measure } from "./types.ts";
import { atLeast, atMost, skipped } from "./verdict.ts";

const ASKED = { id: "1a", name: "Locks", bar: ">= 2x" };

describe("statistics", () => {
  it("a quantile lies between the two nearest ranks", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5, 6, 7], 0.25)).toBe(2.5);
    expect(quantile([7], 0.99)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow("nothing was measured");
  });

  it("a ratio is of one repetition", () => {
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
    expect(() => ratios([1, 2], [1])).toThrow("2 and 1 repetitions");
  });

  it("each repetition runs every contender once, and begins with the next one", async () => {
    const order: string[] = [];
    const found = await interleaved(["a", "b", "c"], 3, async (name, repetition) => {
      order.push(name);
      return repetition;
    });
    expect(order.join("")).toBe("abcbcacab");
    expect(found).toEqual({ a: [0, 1, 2], b: [0, 1, 2], c: [0, 1, 2] });
  });
});

describe("verdicts", () => {
  const samples = [1.9, 2.5, 2.5, 2.5, 2.5, 2.5, 1.8];

  it("a ratio that has to be large counts by its lower quartile", () => {
    expect(atLeast(ASKED, 2, samples)).toMatchObject({ ...ASKED, value: 2.2, met: true });
    expect(atLeast(ASKED, 2.5, samples).met).toBe(false);
  });

  it("a ratio that has to be small counts by its upper quartile", () => {
    expect(atMost(ASKED, 2.4, samples)).toMatchObject({ value: 2.5, met: false });
    expect(atMost(ASKED, 2.5, samples).met).toBe(true);
  });

  it("what was skipped is null, and not met", () => {
    expect(skipped(ASKED, "no Redis")).toEqual({
      ...ASKED,
      value: null,
      met: false,
      detail: "skipped: no Redis",
    });
  });
});

describe("a run", () => {
  const options = { repetitions: 1, quick: true, log: () => {}, note: () => {} };
  const bar = (id: string): Bar => ({ id, name: `Bar ${id}`, bar: ">= 1x", value: 1, met: true });
  const measure = (name: string, ids: string[], run?: () => Promise<Bar[]>): Measure => {
    return { name, bars: ids.map(bar), run: run ?? (async () => ids.map(bar)) };
  };
  const failing = (error: Error) => async () => {
    throw error;
  };

  it("bars come in their order, each measure's failure beside those of the others", async () => {
    const measures = [
      measure("ten", ["10"]),
      measure("wrong", ["2"], failing(new Violation("seat 1 was granted twice"))),
      measure("absent", ["1a", "1b"], failing(new Skipped("no server"))),
    ];
    const { bars, failures } = await runMeasures(measures, options, async () => {});
    expect(bars.map(({ id, value, met }) => [id, value, met])).toEqual([
      ["1a", null, false],
      ["1b", null, false],
      ["2", null, false],
      ["10", 1, true],
    ]);
    expect(failures).toEqual(["wrong: seat 1 was granted twice"]);
  });

  it("what a measure finds wrong beside its bars fails the run, and the bars stay", async () => {
    const unfair: Measure = {
      ...measure("locks", ["1"]),
      run: async ({ fail }) => {
        fail("built unfairly: P1");
        return [bar("1")];
      },
    };
    const { bars, failures } = await runMeasures([unfair], options, async () => {});
    expect([bars.length, failures]).toEqual([1, ["locks: built unfairly: P1"]]);
  });

  it("the rig is closed after the last measure that is on it, also when that fails", async () => {
    const closed: string[] = [];
    const run = (name: string, fails: boolean) => ({
      ...measure(name, [name], async () => {
        closed.push(name);
        if (fails) throw new Error("broken");
        return [];
      }),
    });
    const measures = [
      { ...run("1", false), onRig: true as const },
      { ...run("2", true), onRig: true as const },
      run("3", false),
    ];
    await runMeasures(measures, options, async () => void closed.push("closed"));
    expect(closed).toEqual(["1", "2", "closed", "3"]);
  });

  it("JSON has the bars alone; the table has every one with its verdict", () => {
    const bars = [{ ...bar("1a"), detail: "median 1" }, skipped(bar("2"), "no Redis")];
    expect(JSON.parse(asJson(bars))).toEqual({ bars });
    const text = asTable(bars);
    expect(text).toContain("| 1a | Bar 1a  | >= 1x | 1        | met     |");
    expect(text).toContain("| 2  | Bar 2   | >= 1x | -        | NOT MET |");
    expect(text).toContain("1a: median 1\n2: skipped: no Redis");
  });

  it("bars are chosen by number, by part, and measures by name", () => {
    const measures = [measure("locks", ["1a", "1b"]), measure("watchers", ["10"])];
    const names = (...only: string[]) => chosen(measures, only).map(({ name }) => name);
    expect([names(), names("1"), names("1b"), names("10"), names("watchers")]).toEqual([
      ["locks", "watchers"],
      ["locks"],
      ["locks"],
      ["watchers"],
      ["watchers"],
    ]);
    expect(() => names("1", "locs")).toThrow('nothing measures "locs"');
  });
});

it("a page has the table, what was measured where, and what failed", () => {
  const facts = {
    machine: ["2 cores"],
    facts: ["Redis 7"],
    seconds: 90,
    failures: ["locks: built unfairly"],
  };
  const text = pageText([{ ...ASKED, value: 2.5, met: true, detail: "median 2.6" }], facts);
  expect(text).toContain("| 1a | Locks   | >= 2x | 2.5      | met     |");
  for (const line of [
    "- 2 cores",
    "- Redis 7",
    "- The run took 1.5 minutes",
    "- **Failed**: locks: built unfairly",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toContain("\n- 1a: median 2.6");
});

describe("fairness", () => {
  const at = (locksPerSecond: number): JobResult[] => [
    { locksPerSecond, grantedPerSecond: 0, p50: 0, p99: 0, locks: 0, answeredAt: [], violations: [] },
  ];
  const noted = { p1: 0.5, p2: 1 };

  it("a peer may reach four fifths of what the notes have for each no-op call", () => {
    expect(judgeFairness({ "no-op": at(1_000), p1: at(400), p2: at(800) }, noted)).toEqual([]);
  });

  it("one that reaches less was built unfairly, and fails the run", () => {
    const results = { "no-op": at(1_000), p1: at(390), p2: at(800) };
    const [unfair, ...others] = judgeFairness(results, noted);
    expect(unfair).toContain("built unfairly: P1 makes 0.39 locks");
    expect(others).toEqual([]);
  });

  it("one that is not here is not judged", () => {
    expect(judgeFairness({ "no-op": at(1_000), p2: at(900) }, noted)).toEqual([]);
  });
});

describe("flags", () => {
  it("seven repetitions, one of a quick run, or as many as were asked for", () => {
    const of = (...args: string[]) => readFlags(args).repetitions;
    expect([of(), of("--quick"), of("--repetitions", "9")]).toEqual([7, 1, 9]);
    expect(() => of("--repetitions", "0")).toThrow("from 1 to 99");
    expect(() => of("--repetitions", "x")).toThrow("from 1 to 99");
  });

  it("only a whole run is written down", () => {
    expect(readFlags(["--write"]).write).toBe(true);
    for (const other of ["--quick", "--only=1", "--repetitions=6"]) {
      expect(() => readFlags(["--write", other])).toThrow("only a whole run");
    }
  });
});
