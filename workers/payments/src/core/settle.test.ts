import { describe, expect, it } from "vitest";
import { newPayment } from "../use-cases/new-payment.ts";
import type { PaymentState } from "./machine.ts";
import type { Intent, Payment } from "./payment.ts";
import { isUntried, settle, TOO_LATE, type Verdict } from "./settle.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");

const payment = (state: PaymentState): Payment => ({
  ...newPayment(
    {
      ...{ bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: 5_000, currency: "EUR" },
      ...{ payBy: new Date(NOW), paymentMethodToken: "pm_card_visa" },
    },
    NOW,
  ),
  state,
});

const intent = (status: Intent["status"], failure: string | null = null): Intent => ({
  ...{ id: "pi_1", status, clientSecret: "secret", amountReceived: 0, failure },
});

const enter = (state: PaymentState, failureReason?: string): Verdict => ({
  kind: "enter",
  state,
  ...(failureReason !== undefined && { failureReason }),
});
const cancel = (failureReason: string): Verdict => ({ kind: "cancel", failureReason });
const SAME: Verdict = { kind: "same" };

/** The statuses of https://docs.stripe.com/payments/paymentintents/lifecycle, and a declined one. */
const INTENTS = {
  requires_payment_method: intent("requires_payment_method"),
  declined: intent("requires_payment_method", "lost_card"),
  requires_confirmation: intent("requires_confirmation"),
  requires_action: intent("requires_action"),
  processing: intent("processing"),
  requires_capture: intent("requires_capture"),
  succeeded: intent("succeeded"),
  canceled: intent("canceled"),
  canceled_after_decline: intent("canceled", "lost_card"),
};
type Seen = keyof typeof INTENTS;

const AUTHORISED = { requires_capture: enter("AUTHORISED"), succeeded: enter("AUTHORISED") };
const ENDED = {
  canceled: enter("FAILED", "canceled"),
  canceled_after_decline: enter("FAILED", "lost_card"),
};

/** What is not named here changes nothing. */
const IN_TIME: Record<PaymentState, Partial<Record<Seen, Verdict>>> = {
  CREATED: {},
  AUTHORISING: {
    ...{ ...AUTHORISED, ...ENDED },
    declined: cancel("lost_card"),
    requires_action: enter("ACTION_REQUIRED"),
  },
  ACTION_REQUIRED: { ...AUTHORISED, ...ENDED, declined: cancel("lost_card") },
  AUTHORISED: {},
  CAPTURING: {
    succeeded: enter("CAPTURED"),
    canceled: enter("CAPTURE_FAILED"),
    canceled_after_decline: enter("CAPTURE_FAILED"),
  },
  CAPTURED: {},
  CAPTURE_FAILED: {},
  VOIDING: {
    canceled: enter("VOIDED"),
    canceled_after_decline: enter("VOIDED"),
    succeeded: enter("REFUNDING"),
  },
  VOIDED: {},
  FAILED: {},
  PARTIALLY_REFUNDED: {},
  REFUNDING: {},
  REFUNDED: {},
  REFUND_FAILED: {},
};

const LATE = {
  ...AUTHORISED,
  requires_payment_method: cancel(TOO_LATE),
  declined: cancel("lost_card"),
  requires_confirmation: cancel(TOO_LATE),
  requires_action: cancel(TOO_LATE),
  processing: cancel(TOO_LATE),
  canceled: enter("FAILED", TOO_LATE),
  canceled_after_decline: enter("FAILED", "lost_card"),
};

const states = Object.keys(IN_TIME) as PaymentState[];
const seen = Object.keys(INTENTS) as Seen[];
const cells = states.flatMap((state) => seen.map((status) => [state, status] as const));

describe("settle", () => {
  it.each(cells)("in time, %s sees %s", (state, status) => {
    expect(settle(payment(state), INTENTS[status], false)).toEqual(IN_TIME[state][status] ?? SAME);
  });

  it.each(cells)("after payBy, %s sees %s", (state, status) => {
    const isOpen = state === "AUTHORISING" || state === "ACTION_REQUIRED";
    const expected = isOpen ? LATE[status] : (IN_TIME[state][status] ?? SAME);
    expect(settle(payment(state), INTENTS[status], true)).toEqual(expected);
  });
});

describe("isUntried", () => {
  it("is true only of what was never confirmed", () => {
    expect(seen.filter((status) => isUntried(INTENTS[status]))).toEqual([
      "requires_payment_method",
      "requires_confirmation",
    ]);
  });
});
