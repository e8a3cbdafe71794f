import { describe, expect, it } from "vitest";
import { ANSWER_OF } from "./answers.ts";
import {
  AFTER_CAPTURE,
  isAtRest,
  nextState,
  PAYMENT_MACHINE,
  type PaymentInput,
  type PaymentState,
} from "./machine.ts";

/** How far a payment has come. What was decided is taken back by nobody but Stripe's own word on a refund. */
const RANK: Record<PaymentState | "NONE", number> = {
  NONE: 0,
  CREATED: 1,
  AUTHORISING: 2,
  ACTION_REQUIRED: 3,
  AUTHORISED: 4,
  CAPTURING: 5,
  VOIDING: 5,
  CAPTURED: 6,
  CAPTURE_FAILED: 6,
  VOIDED: 6,
  FAILED: 6,
  PARTIALLY_REFUNDED: 7,
  REFUNDING: 8,
  REFUNDED: 9,
  REFUND_FAILED: 9,
};
const FALLS = [
  // A refund is tried again; others' refunds fail, or go through, one by one.
  "REFUND_FAILED undo",
  "REFUND_FAILED refunds.some",
  "REFUNDED refunds.some",
];

const moves = Object.entries(PAYMENT_MACHINE).flatMap(([state, row]) =>
  Object.entries(row).flatMap(([input, rule]) =>
    rule.kind === "move" ? [[state as PaymentState, input as PaymentInput, rule] as const] : [],
  ),
);

describe("the payment machine", () => {
  it.each(moves)("%s rises by %s", (state, input, { to }) => {
    const isFall = RANK[to] < RANK[state];
    expect(isFall).toBe(FALLS.includes(`${state} ${input}`));
  });

  it.each(moves)("%s says by %s what the state that it enters says", (_, input, { to, emits }) => {
    if (input === "dispute") return;
    // What others refund in part is said by itself: the state has no answer of its own.
    const says = ANSWER_OF[to] !== undefined || to === "PARTIALLY_REFUNDED";
    expect(emits.length > 0).toBe(says);
  });

  it("answers every undo, or has it under way", () => {
    const without = Object.entries(PAYMENT_MACHINE).filter(([, row]) => !row.undo);
    expect(without.map(([state]) => state)).toEqual(["VOIDING", "REFUNDING"]);
  });

  it("lets refunds and disputes follow a capture, and nothing else", () => {
    const touched = Object.entries(PAYMENT_MACHINE).filter(([, row]) => row.dispute);
    expect(touched.map(([state]) => state).sort()).toEqual([...AFTER_CAPTURE].sort());
  });

  it("is at rest wherever Stripe is not asked for anything", () => {
    const restless = Object.keys(PAYMENT_MACHINE).filter((state) => !isAtRest(state as PaymentState));
    expect(restless.sort()).toEqual(
      ["NONE", "CREATED", "AUTHORISING", "ACTION_REQUIRED", "CAPTURING", "VOIDING", "REFUNDING"].sort(),
    );
  });

  it("refuses a move that it does not have", () => {
    expect(nextState("CAPTURED", "undo")).toBe("REFUNDING");
    expect(() => nextState("CAPTURED", "canceled")).toThrow("CAPTURED does not move by canceled");
    expect(() => nextState("CAPTURING", "undo")).toThrow("does not move");
  });
});
