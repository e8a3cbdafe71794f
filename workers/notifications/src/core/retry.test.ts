import { expect, it } from "vitest";
import { LEASE_MS, MAX_TRIES, nextTry } from "./retry.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const DAY_MS = 86_400_000;

it.each([
  [1, 30_000],
  [2, 60_000],
  [5, 480_000],
  [7, 1_800_000],
  [1_000, 1_800_000],
])("puts try %i off for %i ms at most, and half of that at least", (attempts, longest) => {
  expect(nextTry(attempts, NOW, NOW, 1)).toBe(NOW + longest);
  expect(nextTry(attempts, NOW, NOW, 0)).toBe(NOW + longest / 2);
});

it("gives up after three days, and not before", () => {
  expect(nextTry(200, NOW, NOW + 3 * DAY_MS - 1, 0)).not.toBeNull();
  expect(nextTry(1, NOW, NOW + 3 * DAY_MS, 0)).toBeNull();
});

it("is put off less often than a mail may be tried", () => {
  let now = NOW;
  let tries = 0;
  for (let next: number | null = NOW; next !== null; next = nextTry(++tries, NOW, now, 0)) now = next;
  expect(tries).toBeLessThan(MAX_TRIES);
});

it("leases a mail for longer than a try may take", () => {
  // Connecting is over by then: one mail has a minute.
  expect(LEASE_MS).toBeGreaterThan(60_000 + 30_000);
});
