import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Counters } from "./lines.ts";
import { linesWritten, measure, writeReport } from "./measure.ts";
import { isMeasured, measuredFiles, ROOT } from "./measured.ts";

function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "measure-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const TWO_LINES = "export const one: number = 1;\nexport const two: number = 2;\n";

describe("what is measured", () => {
  it.each([
    ["workers/events/src/index.ts", true],
    ["local/cli/run.mjs", true],
    ["local/mongo/testing/server.ts", true],
    ["shared/money/money.test.ts", false],
    ["durable-objects/seat-map/object.workerd.test.ts", false],
    ["local/cli/pid-lock.d.mts", false],
    ["shared/contracts/client.generated.ts", false],
    ["migrations/mongo/events.json", false],
    ["test/support/world.ts", false],
    ["local/x/node_modules/y/index.ts", false],
  ])("%s: %s", (path, expected) => {
    expect(isMeasured(path)).toBe(expected);
  });

  it("is in all four folders of the checkout", () => {
    const files = measuredFiles();
    for (const one of [
      "workers/gateway/src/index.ts",
      "durable-objects/seat-map/object.ts",
      "shared/clock.ts",
      "local/coverage/measure.ts",
      "local/cli/run.mjs",
    ]) {
      expect(files).toContain(one);
    }
  });

  it("is never left out by a remark in a file", () => {
    const remark = new RegExp(["istanbul", "ignore"].join(" "));
    expect(measuredFiles().filter((path) => remark.test(readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
  });
});

describe("a measurement", () => {
  it("counts a file that nobody imported with all of its lines", () => {
    const root = folder({
      "shared/a.ts": TWO_LINES,
      "local/b.ts": TWO_LINES,
      "local/types.ts": "export type A = 1;\n",
    });
    const report = measure(new Map([["shared/a.ts", new Set([1, 2])]]), root);
    expect(report.files).toEqual([
      { path: "local/b.ts", lines: 2, missed: [1, 2] },
      { path: "local/types.ts", lines: 0, missed: [] },
      { path: "shared/a.ts", lines: 2, missed: [] },
    ]);
    expect(report.total).toEqual({ lines: 4, covered: 2, percent: 50 });
  });

  it("takes only lines that hold the beginning of a statement", () => {
    const root = folder({ "shared/a.ts": `/** No statement. */\n${TWO_LINES}` });
    const report = measure(new Map([["shared/a.ts", new Set([1, 2, 9])]]), root);
    expect(report.files).toEqual([{ path: "shared/a.ts", lines: 2, missed: [3] }]);
  });

  it("is written for machines and for people", () => {
    const root = folder({ "shared/a.ts": TWO_LINES });
    const report = measure(new Map(), root);
    writeReport(report, join(root, "coverage"));
    expect(JSON.parse(readFileSync(join(root, "coverage/lines.json"), "utf8"))).toEqual(report);
    expect(readFileSync(join(root, "coverage/missed.txt"), "utf8")).toBe("2 of 2  shared/a.ts:1-2\n");
  });
});

describe("what processes wrote", () => {
  const counters: Counters = {
    "shared/a.ts": {
      s: { 0: 2, 1: 0, 2: 1 },
      statementMap: { 0: { start: { line: 1 } }, 1: { start: { line: 2 } }, 2: { start: { line: 1 } } },
    },
  };

  it("adds up, over Workers and Vitest", () => {
    const dir = folder({
      "counters-events-1.json": JSON.stringify(counters),
      "lines-7.json": JSON.stringify({ "shared/a.ts": [5], "shared/b.ts": [1] }),
      "something-else.txt": "not JSON",
    });
    expect(linesWritten(dir)).toEqual(
      new Map([
        ["shared/a.ts", new Set([1, 5])],
        ["shared/b.ts", new Set([1])],
      ]),
    );
  });

  it("has nothing of a process that was killed while it wrote", () => {
    const dir = folder({
      "coverage-1-1-0.json": '{"result":[{"url":"file:///',
      "lines-7.json": JSON.stringify({ "shared/a.ts": [5] }),
    });
    expect(linesWritten(dir)).toEqual(new Map([["shared/a.ts", new Set([5])]]));
  });
});
