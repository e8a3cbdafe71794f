import { describe, expect, it } from "vitest";
import { parseEnvelope } from "#shared/saga/envelope.ts";
import { newPayment } from "../use-cases/new-payment.ts";
import { ANSWER_OF, disputed, refundedByProvider, voided } from "./answers.ts";
import type { PaymentState } from "./machine.ts";
import type { Payment } from "./payment.ts";
import type { Refund } from "./refund.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");
const SECRET = "pi_1_secret_2";

const payment = (change: Partial<Payment> = {}): Payment => ({
  ...newPayment(
    {
      ...{ bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: 5_000, currency: "EUR" },
      ...{ payBy: new Date(NOW + 240_000), paymentMethodToken: "pm_secret" },
    },
    NOW,
  ),
  ...{ intentId: "pi_1", clientSecret: SECRET, ...change },
});

const ANSWERS: [PaymentState, string, object][] = [
  ["ACTION_REQUIRED", "payment.action-required", { kind: "authentication" }],
  ["AUTHORISED", "payment.processed", { status: "SUCCESS", amount: 5_000, failureReason: null }],
  ["FAILED", "payment.processed", { status: "FAILED", failureReason: "lost_card" }],
  ["CAPTURED", "payment.captured", { status: "SUCCESS", failureReason: null }],
  ["CAPTURE_FAILED", "payment.captured", { status: "FAILED", failureReason: "lost_card" }],
  ["VOIDED", "payment.voided", { reason: "lost_card" }],
];

describe("the answers", () => {
  it.each(ANSWERS)("%s says %s", (state, type, payload) => {
    const said = ANSWER_OF[state]!(payment({ state, failureReason: "lost_card" }), NOW)!;
    expect(said).toMatchObject({ id: `${type}:bkg_1`, type, payload: { bookingId: "bkg_1", ...payload } });
    expect(parseEnvelope(said.type, JSON.stringify(said))).toMatchObject({ ok: true });
  });

  it("have the same id whenever they are said", () => {
    const ids = [NOW, NOW + 60_000].map((now) => ANSWER_OF.AUTHORISED!(payment(), now)?.id);
    expect(new Set(ids).size).toBe(1);
  });

  it.each<PaymentState>(["CREATED", "AUTHORISING", "CAPTURING", "VOIDING"])("%s says nothing", (state) => {
    expect(ANSWER_OF[state]).toBeUndefined();
  });

  it("never carry the client secret or the card", () => {
    for (const answer of Object.values(ANSWER_OF)) {
      const text = JSON.stringify(answer(payment(), NOW));
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain("pm_secret");
    }
  });

  it("send a buyer without a card to the page, until payBy, without saying where it is", () => {
    const checkout = { id: "cs_1", url: "https://checkout.example/cs_1" };
    const said = ANSWER_OF.ACTION_REQUIRED!(payment({ paymentMethodToken: null, checkout }), NOW);
    expect(said?.payload).toMatchObject({
      kind: "redirect",
      expiresAt: new Date(NOW + 240_000).toISOString(),
    });
    expect(JSON.stringify(said)).not.toContain("checkout.example");
  });

  it("give a reason where none is known", () => {
    expect(ANSWER_OF.FAILED!(payment(), NOW)?.payload).toMatchObject({ failureReason: "declined" });
    expect(voided(payment({ state: "VOIDED" }), NOW).payload).toMatchObject({ reason: "VOIDED" });
  });

  const ours: Refund = { id: "re_1", amount: 4_000, status: "succeeded", failure: null, number: 2 };
  const theirs: Refund = { ...ours, id: "re_2", amount: 1_000, number: null };
  const taken = {
    state: "REFUNDED",
    ...{ capturedAmount: 5_000, refundedAmount: 5_000, refundFrom: 2 },
  } satisfies Partial<Payment>;

  it("to an undo of money that was taken say what it gave back, once a try", () => {
    const refunds = [ours, theirs];
    const said = ANSWER_OF.REFUNDED!(payment({ ...taken, refunds, isUndone: true }), NOW);
    expect(said).toMatchObject({
      id: "payment.refunded:bkg_1:undo:2:SUCCESS",
      payload: { refundId: "re_1", amount: 4_000, status: "SUCCESS", initiator: "UNDO", failureReason: null },
    });
    const failed = [{ ...ours, status: "failed", failure: "lost_or_stolen_card" } as const, theirs];
    const change = { refunds: failed, refundedAmount: 1_000, failureReason: "lost_or_stolen_card" };
    const unsaid = ANSWER_OF.REFUND_FAILED!(payment({ ...taken, ...change, isUndone: true }), NOW);
    expect(unsaid).toMatchObject({
      id: "payment.refunded:bkg_1:undo:2:FAILED",
      payload: { refundId: "re_1", amount: 4_000, status: "FAILED", failureReason: "lost_or_stolen_card" },
    });
  });

  it("say nothing for an undo that nobody asked for: what others did is said by itself", () => {
    expect(ANSWER_OF.REFUNDED!(payment({ ...taken, refunds: [theirs] }), NOW)).toBeNull();
    expect(refundedByProvider(payment(taken), theirs, NOW)).toMatchObject({
      id: "payment.refunded:bkg_1:re_2:SUCCESS",
      payload: { refundId: "re_2", amount: 1_000, status: "SUCCESS", initiator: "PROVIDER" },
    });
    const said = disputed(payment(taken), { id: "dp_1", amount: 5_000, currency: "EUR" }, NOW);
    expect(parseEnvelope(said.type, JSON.stringify(said))).toMatchObject({ ok: true });
    expect(said.id).toBe("payment.disputed:bkg_1:dp_1");
  });
});
