import { expect, it } from "vitest";
import { simulate } from "./command.ts";
import { runSchedule } from "./run.ts";
import { shrink } from "./shrink.ts";

const LIMIT_MS = 300_000;

it("thousands of schedules violate nothing, and reach every cell of the fault matrix", {
  timeout: LIMIT_MS,
}, async () => {
  const { code, printed } = await simulate(["--seeds", "2000", "--first-seed", "2001"]);
  expect(printed).toMatch(/^2000 schedules, seeds 2001 to 4000, .* 0 failed$/m);
  expect(printed).toContain("No cell is empty.");
  expect(code).toBe(0);
});

it.each([7, 12, 101])("seed %i replays exactly", async (seed) => {
  const first = await runSchedule({ seed, keepsHistory: true });
  // Another run in between leaves nothing behind.
  await runSchedule({ seed: seed + 1 });
  const again = await runSchedule({ seed, keepsHistory: true });
  expect(again.history).toEqual(first.history);
  expect(first.history.length).toBeGreaterThan(50);
});

it("a wrong number of seeds is said to be wrong", async () => {
  const { code, printed } = await simulate(["--seeds", "many"]);
  expect(printed).toMatch(/^--seeds takes a whole number/);
  expect(code).toBe(2);
});

it("nothing is left out of a seed that violates nothing", async () => {
  const { options, result } = await shrink(7);
  expect(result.violations).toEqual([]);
  expect([options.without, options.absent]).toEqual([new Set(), new Set()]);
});
