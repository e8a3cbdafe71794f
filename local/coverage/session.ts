import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestUserConfig } from "vitest/node";
import { addLines, type Counters, linesOfCounters } from "./lines.ts";
import { linesWritten, measure, writeReport } from "./measure.ts";
import { ROOT } from "./measured.ts";
import type { Report } from "./report.ts";

/** Where a report is left. */
const REPORT_DIR = join(ROOT, "coverage");

/** Lines counted over all processes of one run of the tests. */
export interface Counting {
  /** What Vitest has to be started with. */
  options: TestUserConfig;
  /** To be called when every process has ended. Leaves the report in `coverage/`. */
  finish(): Report;
}

/** From here on, what this process starts counts the lines that it runs. */
export function startCounting(): Counting {
  const dir = mkdtempSync(join(tmpdir(), "ticketflow-coverage-"));
  // Node.js hands this on even to a process whose environment is chosen for it: so it reaches every part.
  process.env.NODE_V8_COVERAGE = dir;
  return {
    options: {
      coverage: {
        enabled: true,
        provider: "custom",
        customProviderModule: "local/coverage/vitest-module.ts",
      },
      // What the processes of tests run has counters already; their children get the folder from the module.
      env: { NODE_V8_COVERAGE: "", COVERAGE_DIR: dir },
    },
    finish() {
      const hit = linesWritten(dir);
      rmSync(dir, { recursive: true, force: true });
      // Vitest starts the platform for its tests from this very process.
      addLines(hit, linesOfCounters((globalThis as { __coverage__?: Counters }).__coverage__ ?? {}));
      const report = measure(hit);
      writeReport(report, REPORT_DIR);
      delete process.env.NODE_V8_COVERAGE;
      return report;
    },
  };
}
