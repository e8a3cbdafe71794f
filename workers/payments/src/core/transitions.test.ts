import { describe, expect, it } from "vitest";
import { newPayment } from "../use-cases/new-payment.ts";
import { beginRefund, readAftermath } from "./aftermath.ts";
import { nextState, type PaymentState } from "./machine.ts";
import type { Intent, Payment } from "./payment.ts";
import type { Refund } from "./refund.ts";
import { settle } from "./settle.ts";

/*
 * What Stripe's word does to a payment, as the contract says it, written once more by hand: what the machine says must
 * come to this. What others ask of a payment is shown by test/payments/transitions.test.ts.
 */

const NOW = Date.parse("2026-12-01T18:00:00Z");
const TAKEN = 5_000;

const payment = (state: PaymentState, change: Partial<Payment> = {}): Payment => ({
  ...newPayment(
    {
      ...{ bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: TAKEN, currency: "EUR" },
      ...{ payBy: new Date(NOW), paymentMethodToken: "pm_card_visa" },
    },
    NOW,
  ),
  ...{ state, intentId: "pi_1", ...change },
});
const intent = (status: Intent["status"], failure: string | null = null): Intent => ({
  ...{ id: "pi_1", status, clientSecret: "secret", amountReceived: 0, failure },
});

const WORDS = {
  requires_capture: intent("requires_capture"),
  requires_action: intent("requires_action"),
  succeeded: intent("succeeded"),
  canceled: intent("canceled"),
  declined: intent("requires_payment_method", "lost_card"),
  payBy: intent("requires_action"),
};

describe("an intent", () => {
  it.each([
    ["AUTHORISING", "requires_capture", "AUTHORISED"],
    ["AUTHORISING", "succeeded", "AUTHORISED"],
    ["AUTHORISING", "requires_action", "ACTION_REQUIRED"],
    ["AUTHORISING", "declined", "FAILED"],
    ["AUTHORISING", "canceled", "FAILED"],
    ["AUTHORISING", "payBy", "FAILED"],
    ["ACTION_REQUIRED", "requires_capture", "AUTHORISED"],
    ["ACTION_REQUIRED", "succeeded", "AUTHORISED"],
    ["ACTION_REQUIRED", "declined", "FAILED"],
    ["ACTION_REQUIRED", "canceled", "FAILED"],
    ["ACTION_REQUIRED", "payBy", "FAILED"],
    ["CAPTURING", "succeeded", "CAPTURED"],
    ["CAPTURING", "canceled", "CAPTURE_FAILED"],
    ["VOIDING", "canceled", "VOIDED"],
    ["VOIDING", "succeeded", "REFUNDING"],
  ] as const)("[payment %s: %s] leads to %s", (state, input, expected) => {
    const verdict = settle(payment(state), WORDS[input], input === "payBy");
    if (input !== "declined" && input !== "payBy") {
      expect(verdict).toMatchObject({ kind: "enter", state: expected });
      return;
    }
    // It could still be paid: it fails once Stripe can take no payment for it any more.
    expect(verdict).toMatchObject({ kind: "cancel" });
    expect(nextState(state, input)).toBe(expected);
    expect(settle(payment(state), intent("canceled"), true)).toMatchObject({
      kind: "enter",
      state: expected,
    });
  });
});

const refund = (id: string, amount: number, change: Partial<Refund> = {}): Refund => ({
  ...{ id, amount, status: "succeeded", failure: null, number: null, ...change },
});
const FAILED = { status: "failed", failure: "declined" } as const;

/** What Stripe lists when an input happens to a payment that nobody has undone, and to one of an undo. */
const OTHERS = {
  "refunds.some": [refund("re_1", 1_000)],
  "refunds.all": [refund("re_1", TAKEN)],
  "refund.failed": [refund("re_1", TAKEN, FAILED)],
};
const OURS = {
  "refunds.all": [refund("re_1", TAKEN, { number: 1 })],
  "refund.failed": [refund("re_1", TAKEN, { number: 1, ...FAILED })],
};

function reads(before: Payment, refunds: Refund[]) {
  const { input } = readAftermath(before, { refunds, disputes: [] });
  return [input, input && nextState(before.state, input)];
}

describe("refunds", () => {
  it.each([
    ["CAPTURED", "refunds.some", "PARTIALLY_REFUNDED"],
    ["CAPTURED", "refunds.all", "REFUNDED"],
    ["CAPTURED", "refund.failed", "REFUND_FAILED"],
    ["PARTIALLY_REFUNDED", "refunds.all", "REFUNDED"],
    ["PARTIALLY_REFUNDED", "refund.failed", "REFUND_FAILED"],
    ["REFUNDED", "refunds.some", "PARTIALLY_REFUNDED"],
    ["REFUNDED", "refund.failed", "REFUND_FAILED"],
    ["REFUND_FAILED", "refunds.some", "PARTIALLY_REFUNDED"],
    ["REFUND_FAILED", "refunds.all", "REFUNDED"],
  ] as const)("that others made [payment %s: %s] lead to %s", (state, input, expected) => {
    expect(reads(payment(state, { capturedAmount: TAKEN }), OTHERS[input])).toEqual([input, expected]);
  });

  it.each([
    ["REFUNDING", "refunds.all", "REFUNDED"],
    ["REFUNDING", "refund.failed", "REFUND_FAILED"],
    ["REFUNDED", "refund.failed", "REFUND_FAILED"],
    ["REFUND_FAILED", "refunds.all", "REFUNDED"],
  ] as const)("that an undo made [payment %s: %s] lead to %s", (state, input, expected) => {
    const begun = payment(state, { capturedAmount: TAKEN });
    const undone = { ...begun, ...beginRefund(begun, 1) };
    expect(reads(undone, OURS[input])).toEqual([input, expected]);
  });

  it.each(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDING", "REFUNDED", "REFUND_FAILED"] as const)(
    "are not what a dispute is: [payment %s: dispute] is told, and moves nothing",
    (state) => {
      const disputes = [{ id: "dp_1", amount: TAKEN, currency: "EUR" }];
      const { news, change } = readAftermath(payment(state, { capturedAmount: TAKEN }), {
        refunds: [],
        disputes,
      });
      expect({ news: news.disputes, kept: change.disputes }).toEqual({ news: disputes, kept: disputes });
      expect(nextState(state, "dispute")).toBe(state);
    },
  );
});
