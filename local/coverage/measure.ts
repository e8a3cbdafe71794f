import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instrument } from "./instrument.ts";
import { addLines, type Counters, type LinesHit, linesOfCounters, linesOfLists } from "./lines.ts";
import { measuredFiles, ROOT } from "./measured.ts";
import { type FileLines, missedList, type Report, reportOf } from "./report.ts";
import { linesOfV8, type V8Coverage } from "./v8.ts";
import { COUNTERS_FILE } from "./worker-counters.ts";

/** Vitest's processes are added up already. */
const LINES_FILE = /^lines-.+\.json$/;
/** Node.js names what it writes so. */
const V8_FILE = /^coverage-.+\.json$/;

/** The lines that processes of Node.js and Workers wrote into a folder. A process that was killed wrote none. */
export function linesWritten(dir: string, root = ROOT): LinesHit {
  const hit: LinesHit = new Map();
  for (const name of readdirSync(dir)) {
    try {
      addLines(hit, linesOfFile(name, readFileSync(join(dir, name), "utf8"), root));
    } catch (error) {
      // A process that is killed while it writes leaves half a file, which says nothing.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return hit;
}

function linesOfFile(name: string, text: string, root: string): LinesHit {
  if (V8_FILE.test(name)) return linesOfV8(JSON.parse(text) as V8Coverage, root);
  if (COUNTERS_FILE.test(name)) return linesOfCounters(JSON.parse(text) as Counters);
  if (LINES_FILE.test(name)) return linesOfLists(JSON.parse(text) as Record<string, number[]>);
  return new Map();
}

/** Holds what ran against every line that there is: a file that nobody imported ran none of its lines. */
export function measure(hit: LinesHit, root = ROOT): Report {
  const files = measuredFiles(root).map((path): FileLines => {
    const { statements } = instrument(readFileSync(join(root, path), "utf8"), path);
    const lines = [...new Set(statements.map(({ line }) => line))].sort((one, other) => one - other);
    return { path, lines: lines.length, missed: lines.filter((line) => !hit.get(path)?.has(line)) };
  });
  return reportOf(files);
}

/** Writes the report for machines (`lines.json`) and for people (`missed.txt`). */
export function writeReport(report: Report, dir: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "lines.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(dir, "missed.txt"), missedList(report));
}
