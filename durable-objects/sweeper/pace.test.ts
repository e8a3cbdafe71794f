import { expect, it } from "vitest";
import { nextSweepMs } from "./pace.ts";

it.each([
  [0, 4_000, 6_000],
  [1, 5_000, 10_000],
  [2, 10_000, 20_000],
  [3, 15_000, 30_000],
  [1_000, 15_000, 30_000],
])("after %i failures in a row it comes %i to %i ms later", (failures, soonest, latest) => {
  expect([0, 1].map((random) => nextSweepMs(failures, random))).toEqual([soonest, latest]);
});
