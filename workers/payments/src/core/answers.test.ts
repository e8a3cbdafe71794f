import { describe, expect, it } from "vitest";
import { parseEnvelope } from "#shared/saga/envelope.ts";
import { newPayment } from "../use-cases/new-payment.ts";
import { ANSWER_OF, voided } from "./answers.ts";
import type { Payment, PaymentState } from "./payment.ts";

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
    const said = ANSWER_OF[state]!(payment({ state, failureReason: "lost_card" }), NOW);
    expect(said).toMatchObject({ id: `${type}:bkg_1`, type, payload: { bookingId: "bkg_1", ...payload } });
    expect(parseEnvelope(said.type, JSON.stringify(said))).toMatchObject({ ok: true });
  });

  it("have the same id whenever they are said", () => {
    const ids = [NOW, NOW + 60_000].map((now) => ANSWER_OF.AUTHORISED!(payment(), now).id);
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

  it("ask a buyer without a card for the payment itself, until payBy", () => {
    expect(ANSWER_OF.ACTION_REQUIRED!(payment({ paymentMethodToken: null }), NOW).payload).toMatchObject({
      kind: "payment",
      expiresAt: new Date(NOW + 240_000).toISOString(),
    });
  });

  it("give a reason where none is known", () => {
    expect(ANSWER_OF.FAILED!(payment(), NOW).payload).toMatchObject({ failureReason: "declined" });
    expect(voided(payment({ state: "VOIDED" }), NOW).payload).toMatchObject({ reason: "VOIDED" });
  });
});
