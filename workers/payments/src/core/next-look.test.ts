import { expect, it } from "vitest";
import { nextLook } from "./next-look.ts";

it.each([
  ["well before payBy, after a while", 100_000, 30_000],
  ["shortly before payBy, at payBy", 10_000, 10_000],
  ["at payBy, after a while", 0, 30_000],
  ["after payBy, after a while", -10_000, 30_000],
])("looks again %s", (_, payByInMs, expectedMs) => {
  expect(nextLook(new Date(1_000_000 + payByInMs), 1_000_000).getTime()).toBe(1_000_000 + expectedMs);
});
