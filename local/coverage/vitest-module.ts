import type { CoverageProviderModule } from "vitest/node";
import type { Counters } from "./lines.ts";

/** Vitest hands this to every process that runs tests; in workerd too, so nothing of Node.js is imported here. */
const inEachProcess: Omit<CoverageProviderModule, "getProvider"> = {
  /** From here on, not before: what a test starts is counted by Node.js, the test's own process by counters. */
  startCoverage() {
    process.env.NODE_V8_COVERAGE = process.env.COVERAGE_DIR;
  },
  takeCoverage(): Counters | undefined {
    return (globalThis as { __coverage__?: Counters }).__coverage__;
  },
};

export default {
  ...inEachProcess,
  async getProvider() {
    const { LineCoverage } = await import("./vitest-provider.ts");
    return new LineCoverage(process.env.NODE_V8_COVERAGE!);
  },
} satisfies CoverageProviderModule;
