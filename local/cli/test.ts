import { startVitest } from "vitest/node";

/**
 * Runs every test, or those whose files match the arguments; the last line says how many passed and failed.
 * Exit code 0 only when at least one ran and none failed.
 */
const filters = process.argv.slice(2);
// Only all tests together can show that something is shown by none.
const reporters = filters.length === 0 ? ["default", "./test/proof/reporter.ts"] : ["default"];
const vitest = await startVitest("test", filters, { run: true, watch: false, reporters });
const modules = vitest.state.getTestModules();
const count = (state: "passed" | "failed") =>
  modules.flatMap((module) => [...module.children.allTests(state)]).length;
// A file or a set-up that breaks before its first test has failed too.
const broken = modules.filter((module) => module.errors().length > 0).length;
const errors = vitest.state.getUnhandledErrors().length;
await vitest.close();
const passed = count("passed");
const failed = count("failed") + broken + errors + (passed === 0 ? 1 : 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
