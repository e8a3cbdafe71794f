import { expect, it } from "vitest";
import { nextLook } from "./next-look.ts";

const NOW = 1_000_000_000;

it.each([
  ["well before payBy, after a while", 100_000, 30_000],
  ["shortly before payBy, at payBy", 10_000, 10_000],
  ["at payBy, after a while", 0, 30_000],
  ["after payBy, after a while", -10_000, 30_000],
])("looks again %s", (_, payByInMs, expectedMs) => {
  const payment = { state: "AUTHORISING", updatedAt: new Date(0), payBy: new Date(NOW + payByInMs) } as const;
  expect(nextLook(payment, NOW).getTime()).toBe(NOW + expectedMs);
});

it.each([
  ["at first after a while", 0, 30_000],
  ["later, as long after as nothing has changed", 3_600_000, 3_600_000],
  ["in the end after six hours", 86_400_000, 6 * 3_600_000],
])("looks for a refund %s", (_, unchangedMs, expectedMs) => {
  const updatedAt = new Date(NOW - unchangedMs);
  const payment = { state: "REFUNDING", updatedAt, payBy: new Date(NOW) } as const;
  expect(nextLook(payment, NOW).getTime()).toBe(NOW + expectedMs);
});
