import { describe, expect, it } from "vitest";
import { describeProvider } from "../core/provider.contract.ts";
import { MemoryStripe } from "./memory-stripe.ts";
import { reportOf } from "./provider-contract/report.ts";
import type { ProviderRig } from "./provider-contract/shop.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");

function rigOf(): ProviderRig {
  let now = NOW;
  const stripe = new MemoryStripe(() => now);
  return {
    provider: stripe.provider,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    fault: async (call, fault) => stripe.fault(call, fault),
    heal: async () => stripe.heal(),
    authenticate: async (intentId, hasPassed) => stripe.authenticate(intentId, hasPassed),
    async payOnPage({ id }, card) {
      stripe.payOnPage(id, card);
    },
    refundByHand: async (intentId, amount) => stripe.refundByHand(intentId, amount),
    reports: async () => stripe.events.map(reportOf),
  };
}

describeProvider("Stripe in memory", rigOf);

describe("Stripe in memory: a call", () => {
  const request = { bookingId: "bkg_1", paymentId: "pay_1", amount: 5_000, currency: "EUR" };

  it("has had its effect before anybody waits for it, and all of it can be read at once", () => {
    const stripe = new MemoryStripe(() => NOW);
    void stripe.provider.createIntent(request, "create");
    const [{ id } = { id: "" }] = stripe.intents();
    void stripe.provider.confirm(id, "pm_card_visa", "confirm");
    expect(stripe.moneyOf("bkg_1")).toEqual({
      held: 5_000,
      taken: 0,
      givenBack: 0,
      captures: 0,
      attempts: 1,
    });
    void stripe.provider.capture(id, 5_000, "capture");
    const refund = { ...request, intentId: id, amount: 2_000, number: 1 };
    void stripe.provider.refund(refund, "refund");
    expect(stripe.moneyOf("bkg_1")).toEqual({
      ...{ held: 0, taken: 5_000, givenBack: 2_000, captures: 1, attempts: 1 },
    });
    expect([stripe.charges().length, stripe.refunds().length, stripe.pages().length]).toEqual([1, 1, 0]);
  });

  it("gives the same ids and the same reports, run for run", async () => {
    const run = async () => {
      const stripe = new MemoryStripe(() => NOW);
      for (const key of ["one", "two"]) await stripe.provider.createIntent(request, key);
      await stripe.provider.confirm("pi_1", "pm_card_visa", "confirm");
      return { intents: stripe.intents(), events: stripe.events };
    };
    expect(await run()).toEqual(await run());
  });
});

describe("Stripe in memory: the hands of others", () => {
  async function held() {
    const stripe = new MemoryStripe(() => NOW);
    const request = { bookingId: "bkg_1", paymentId: "pay_1", amount: 5_000, currency: "EUR" };
    const { id } = (await stripe.provider.createIntent(request, "create")) as { id: string };
    await stripe.provider.confirm(id, "pm_card_pendingRefund", "confirm");
    return { stripe, id };
  }
  const last = (stripe: MemoryStripe) => stripe.events.at(-1)?.type;

  it("let an authorisation go", async () => {
    const { stripe, id } = await held();
    stripe.cancelByHand(id);
    expect(await stripe.provider.retrieve(id)).toMatchObject({ status: "canceled" });
    expect(last(stripe)).toBe("payment_intent.canceled");
  });

  it("take the money, dispute it, and end a refund", async () => {
    const { stripe, id } = await held();
    stripe.captureByHand(id);
    expect(stripe.moneyOf("bkg_1")).toMatchObject({ taken: 5_000, captures: 1 });
    stripe.refundByHand(id, 1_000);
    const [refund] = stripe.refunds();
    stripe.settleRefund(refund!.id);
    expect(stripe.refunds()).toMatchObject([{ status: "succeeded" }]);
    stripe.settleRefund(refund!.id, "failed");
    stripe.settleRefund(refund!.id, "succeeded");
    expect(stripe.refunds()).toMatchObject([{ status: "failed" }]);
    expect(stripe.moneyOf("bkg_1")).toMatchObject({ givenBack: 0 });
    stripe.dispute(id, "inquiry");
    expect(last(stripe)).toBe("charge.dispute.created");
    expect(() => stripe.dispute(id, "inquiry")).toThrow("nothing to dispute");
  });
});
