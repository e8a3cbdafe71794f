import { describe, expect, it } from "vitest";
import type { PaymentState } from "./machine.ts";
import { isLeftUndecided, nextLook } from "./next-look.ts";

const NOW = 1_000_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A payment as it is after so many writes, which nothing has changed for so long. */
const payment = (state: PaymentState, unchangedMs: number, { payByInMs = -1, rev = 1 } = {}) => ({
  ...{ bookingId: "bkg_1", rev, state },
  updatedAt: new Date(NOW - unchangedMs),
  payBy: new Date(NOW + payByInMs),
});
/** The pauses before the looks that many such payments get. */
const pauses = (...of: Parameters<typeof payment>) =>
  Array.from(
    { length: 200 },
    (_, rev) => nextLook(payment(of[0], of[1], { ...of[2], rev }), NOW).getTime() - NOW,
  );

describe("the next look", () => {
  it.each<[string, PaymentState, number, number, number]>([
    ["soon, while it may be authorised", "AUTHORISING", 200_000, 1_000_000, 30_000],
    ["soon, when payBy has just passed", "AUTHORISING", 200_000, -1_000, 30_000],
    ["soon, when it has just begun to be captured", "CAPTURING", 0, -1, 30_000],
    ["as long after as nothing has changed", "CAPTURING", 70_000, -1, 70_000],
    ["after two minutes, however long it is in flight", "VOIDING", DAY, -1, 120_000],
    ["after two minutes, however long payBy has passed", "ACTION_REQUIRED", DAY, -DAY, 120_000],
    ["soon for a refund at first", "REFUNDING", 0, -1, 30_000],
    ["later for a refund, as long after as nothing has changed", "REFUNDING", HOUR, -1, HOUR],
    ["in the end after six hours", "REFUNDING", DAY, -1, 6 * HOUR],
  ])("comes %s", (_, state, unchangedMs, payByInMs, longest) => {
    const all = pauses(state, unchangedMs, { payByInMs });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...all)).toBeLessThanOrEqual(longest);
    // They are spread, not all at one moment.
    expect(new Set(all).size).toBeGreaterThan(150);
  });

  it("comes at payBy, when an open authorisation has to end", () => {
    expect(new Set(pauses("ACTION_REQUIRED", 0, { payByInMs: 10_000 }))).toEqual(new Set([10_000]));
  });

  it("is the same for the same payment, and another after the next write", () => {
    const look = (rev: number) => nextLook(payment("VOIDING", 0, { rev }), NOW);
    expect(look(1)).toEqual(look(1));
    expect(look(1)).not.toEqual(look(2));
  });
});

it.each<[PaymentState, number]>([
  ["CAPTURING", 7 * DAY],
  ["VOIDING", 7 * DAY],
  ["REFUNDING", 30 * DAY],
])("one that is %s is left undecided after %i ms, and not before", (state, limitMs) => {
  expect(isLeftUndecided(payment(state, limitMs), NOW)).toBe(false);
  expect(isLeftUndecided(payment(state, limitMs + 1), NOW)).toBe(true);
});
