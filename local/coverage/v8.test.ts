import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { addLines, type LinesHit } from "./lines.ts";
import { linesWritten } from "./measure.ts";
import { linesRan } from "./v8.ts";

/** A checkout of one file, and what a process of Node.js wrote that ran a script. */
function checkout(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), "lines-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const run = (script: string): LinesHit => {
    const dir = mkdtempSync(join(root, "written-"));
    execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
      env: { NODE_V8_COVERAGE: dir },
      stdio: "pipe",
    });
    return linesWritten(dir, root);
  };
  return { root, run };
}

const SOURCE = `interface Wide {
  width: number;
}
export const half = (of: Wide): number => of.width / 2;
export const double = (of: Wide): number =>
  of.width * 2;
function check(of: Wide): void {
  if (of.width < 0) {
    throw new Error("negative");
  }
  if (of.width > 1) console.log("wide");
  try {
    JSON.parse("{");
  } catch {
    console.log("no JSON");
  }
}
class Never {
  width = 1;
  grow() {
    this.width += 1;
  }
}
check({ width: half({ width: 6 }) });
export type { Wide };
export { Never };
`;

describe("lines that a process of Node.js ran", () => {
  it("are those of its TypeScript source, by statement", () => {
    const { root, run } = checkout({ "local/part/main.ts": SOURCE });
    const hit = run(join(root, "local/part/main.ts"));
    expect([...hit.keys()]).toEqual(["local/part/main.ts"]);
    // Not: the body of a function that nobody called (6), a branch not taken (9), a class not made (19, 21).
    expect([...hit.get("local/part/main.ts")!]).toEqual([4, 5, 8, 11, 12, 13, 15, 24]);
  });

  it("are counted for a copy of a launcher's file, as long as the copy is unchanged", () => {
    const { root, run } = checkout({
      "local/cli/one.mjs": 'console.log("one");\n',
      "copy/local/cli/other.mjs": "",
    });
    const copy = join(root, "copy/local/cli/one.mjs");
    copyFileSync(join(root, "local/cli/one.mjs"), copy);
    expect(run(copy)).toEqual(new Map([["local/cli/one.mjs", new Set([1])]]));
    writeFileSync(copy, `${readFileSync(copy, "utf8")}// changed\n`);
    expect(run(copy)).toEqual(new Map());
    expect(run(join(root, "copy/local/cli/other.mjs"))).toEqual(new Map());
  });

  it("are none of files that do not count", () => {
    const { root, run } = checkout({ "test/main.ts": SOURCE, "local/one.test.ts": SOURCE });
    expect(run(join(root, "test/main.ts"))).toEqual(new Map());
    expect(run(join(root, "local/one.test.ts"))).toEqual(new Map());
  });
});

describe("ranges", () => {
  const whole = { startOffset: 0, endOffset: 100, count: 1 };
  const at = (offset: number) => ({ line: offset, offset });

  it("count for what begins in them and in none within them", () => {
    const functions = [
      { ranges: [whole, { startOffset: 20, endOffset: 40, count: 0 }] },
      {
        ranges: [
          { startOffset: 50, endOffset: 90, count: 3 },
          { startOffset: 60, endOffset: 70, count: 0 },
        ],
      },
    ];
    const statements = [0, 19, 20, 39, 40, 55, 60, 69, 70, 95].map(at);
    expect([...linesRan(statements, functions)]).toEqual([0, 19, 40, 55, 70, 95]);
  });

  it("of a function do not count for the statement that makes it", () => {
    const functions = [{ ranges: [whole] }, { ranges: [{ startOffset: 10, endOffset: 30, count: 0 }] }];
    expect([...linesRan([10, 11].map(at), functions)]).toEqual([10]);
  });

  it("are none where nothing is known", () => {
    expect(linesRan([at(0)], [])).toEqual(new Set());
    expect(linesRan([at(0)], [{ ranges: [] }, { ranges: [] }])).toEqual(new Set());
  });
});

it("adds up what several processes ran", () => {
  const hit: LinesHit = new Map([["a", new Set([1, 2])]]);
  addLines(hit, new Map([["a", new Set([2, 3])]]));
  addLines(hit, new Map([["b", new Set([1])]]));
  expect([...hit]).toEqual([
    ["a", new Set([1, 2, 3])],
    ["b", new Set([1])],
  ]);
});
