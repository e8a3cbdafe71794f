import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "./measured.ts";

const run = promisify(execFile);

/** The command behind `npm test`, as a process of its own. */
const npmTest = (...args: string[]) =>
  run(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "local/cli/test.ts"), ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
  }).catch((error: { code: number; stdout: string }) => error);

it("npm test ends with the count, after the lines that a part ran where they are asked for", async () => {
  const { stdout } = await npmTest("--coverage", "local/coverage/report.test.ts");
  expect(stdout).toMatch(/^ {2}shared +\d+\.\d % +\d+ of \d+ lines$/m);
  // The file under test ran; a part of the tests is not held against the bar.
  expect(stdout).toMatch(/^ {2}local +(?!0\.0)\d+\.\d % /m);
  expect(stdout).toMatch(/\n5 passed, 0 failed\n$/);
});

it("npm test fails where no test ran, and counts no lines unasked", async () => {
  const failed = await npmTest("no-test-has-this-name");
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/(^|\n)0 passed, 1 failed\n$/) });
  expect(failed.stdout).not.toContain("lines");
});
