import { startVitest } from "vitest/node";
import { BAR_PERCENT, passesBar, summary } from "../coverage/report.ts";
import { startCounting } from "../coverage/session.ts";

/**
 * Runs every test, or those whose files match the arguments; the last line says how many passed and failed.
 * Exit code 0 only when at least one ran and none failed. A run of all tests counts the lines that they ran, and
 * fails as well when these are too few; with `--coverage` a part counts its lines too.
 */
const COVERAGE_FLAG = "--coverage";
const args = process.argv.slice(2);
const filters = args.filter((arg) => arg !== COVERAGE_FLAG);
const isWhole = filters.length === 0;
const counting = isWhole || args.includes(COVERAGE_FLAG) ? startCounting() : undefined;
// Only all tests together can show that something is shown by none.
const reporters = isWhole ? ["default", "./test/proof/reporter.ts"] : ["default"];

const vitest = await startVitest("test", filters, {
  run: true,
  watch: false,
  reporters,
  ...counting?.options,
});
const modules = vitest.state.getTestModules();
const count = (state: "passed" | "failed") =>
  modules.flatMap((module) => [...module.children.allTests(state)]).length;
// A file or a set-up that breaks before its first test has failed too.
const broken = modules.filter((module) => module.errors().length > 0).length;
const errors = vitest.state.getUnhandledErrors().length;
await vitest.close();
const passed = count("passed");
let failed = count("failed") + broken + errors + (passed === 0 ? 1 : 0);

if (counting) {
  const report = counting.finish();
  console.log(`Lines that ran (those that did not: coverage/missed.txt)\n${summary(report)}`);
  if (isWhole && !passesBar(report)) {
    console.log(`Too few lines ran: at least ${BAR_PERCENT} % of all have to.`);
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
