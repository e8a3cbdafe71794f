import { describe, expect, it } from "vitest";
import { newPayment } from "../use-cases/new-payment.ts";
import { compareIntent, compareRefund } from "./compare.ts";
import type { PaymentState } from "./machine.ts";
import type { Payment } from "./payment.ts";
import type { Listed } from "./provider.ts";

const payment = (state: PaymentState, change: Partial<Payment> = {}): Payment => ({
  ...newPayment(
    {
      ...{ bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: 5_000, currency: "EUR" },
      ...{ payBy: new Date(0), paymentMethodToken: null },
    },
    0,
  ),
  ...{ state, intentId: "pi_1", ...change },
});
const intent = (status: string, id = "pi_1"): Listed => ({ id, status, bookingId: "bkg_1", intentId: id });

const STATUSES = ["requires_payment_method", "requires_action", "requires_capture", "succeeded", "canceled"];

/** What there is to mend for each status in the order above; `.` is nothing. */
const TABLE: Record<PaymentState, string> = {
  CREATED: ". . . . .",
  AUTHORISING: ". . . . .",
  ACTION_REQUIRED: ". . . . .",
  AUTHORISED: "person person . person person",
  CAPTURING: ". . . . .",
  CAPTURED: "person person person . person",
  CAPTURE_FAILED: "cancel cancel cancel person .",
  VOIDING: ". . . . .",
  VOIDED: "cancel cancel cancel person .",
  FAILED: "cancel cancel cancel person .",
  PARTIALLY_REFUNDED: "person person person . person",
  REFUNDING: "person person person . person",
  REFUNDED: "person person person . person",
  REFUND_FAILED: "person person person . person",
};

describe("comparing an intent", () => {
  it.each(Object.entries(TABLE))("with a payment that is %s", (state, expected) => {
    const found = STATUSES.map((status) => compareIntent(intent(status), payment(state as PaymentState)));
    expect(found.map((each) => each?.mend ?? ".").join(" ")).toBe(expected);
  });

  it("finds one that the payment has given up, and what was taken by it", () => {
    const found = STATUSES.map(
      (status) => compareIntent(intent(status, "pi_2"), payment("AUTHORISED"))?.mend,
    );
    expect(found).toEqual(["cancel", "cancel", "cancel", "person", undefined]);
  });

  it("leaves a page alone whose buyer is paying", () => {
    const open = payment("ACTION_REQUIRED", { intentId: null, checkout: { id: "cs_1", url: "" } });
    expect(compareIntent(intent("requires_capture"), open)).toBeNull();
  });

  it("leaves an intent alone that its payment has not written down yet", () => {
    expect(compareIntent(intent("requires_capture"), payment("CREATED", { intentId: null }))).toBeNull();
  });

  it("leaves to a person what names a booking without a payment, and to nobody what names none", () => {
    expect(compareIntent(intent("succeeded"), null)).toMatchObject({ mend: "person", paymentId: null });
    expect(compareIntent(intent("canceled"), null)).toBeNull();
    expect(compareIntent({ ...intent("succeeded"), bookingId: null }, null)).toBeNull();
  });
});

describe("comparing a refund", () => {
  const refund = (status: string): Listed => ({ id: "re_1", status, bookingId: null, intentId: "pi_1" });
  const known = { id: "re_1", amount: 5_000, failure: null, number: null };

  it("finds one that was missed, or has changed", () => {
    expect(compareRefund(refund("succeeded"), payment("CAPTURED"))).toMatchObject({ mend: "look" });
    const refunds = [{ ...known, status: "succeeded" as const }];
    expect(compareRefund(refund("failed"), payment("REFUNDED", { refunds }))).toMatchObject({ mend: "look" });
  });

  it("finds nothing where both agree, or one is under way", () => {
    const refunds = [{ ...known, status: "failed" as const }];
    expect(compareRefund(refund("canceled"), payment("REFUND_FAILED", { refunds }))).toBeNull();
    expect(compareRefund(refund("succeeded"), payment("REFUNDING"))).toBeNull();
  });

  it("leaves to a person one of what counts as never taken", () => {
    expect(compareRefund(refund("succeeded"), payment("VOIDED"))).toMatchObject({ mend: "person" });
    expect(compareRefund({ ...refund("succeeded"), bookingId: "bkg_1" }, null)).toMatchObject({
      mend: "person",
    });
    expect(compareRefund(refund("succeeded"), null)).toBeNull();
  });
});
