import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SETTLE_AFTER_SECONDS } from "../resources/refunds.ts";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const pay = (payment_method = "pm_card_visa") =>
  t.stripe.paymentIntents.create({ ...AUTHORISE, capture_method: "automatic", payment_method });

// https://docs.stripe.com/api/refunds/create
describe("refunds", () => {
  test("in two parts, up to the whole amount", async () => {
    const paid = await pay();
    const first = await t.stripe.refunds.create({
      payment_intent: paid.id,
      amount: 1200,
      reason: "requested_by_customer",
      metadata: { bookingId: "bkg_1" },
      expand: ["charge"],
    });
    expect(first).toMatchObject({
      object: "refund",
      status: "succeeded",
      amount: 1200,
      currency: "eur",
      payment_intent: paid.id,
      reason: "requested_by_customer",
      metadata: { bookingId: "bkg_1" },
      charge: { amount_refunded: 1200, refunded: false },
    });
    const second = await t.stripe.refunds.create({ charge: String(paid.latest_charge) });
    expect(second.amount).toBe(3000);
    expect(await t.stripe.charges.retrieve(String(paid.latest_charge))).toMatchObject({
      amount_refunded: 4200,
      refunded: true,
    });
    const listed = await t.stripe.refunds.list({ payment_intent: paid.id });
    expect(listed.data.map((refund) => refund.id)).toEqual([second.id, first.id]);
    expect(await t.stripe.refunds.retrieve(first.id)).toMatchObject({ id: first.id });
  });

  test("more than is left is refused; nothing left is charge_already_refunded", async () => {
    const paid = await pay();
    await t.stripe.refunds.create({ payment_intent: paid.id, amount: 4000 });
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: paid.id, amount: 201 }))).toMatchObject({
      statusCode: 400,
      param: "amount",
      message: "Refund amount (2.01 EUR) is greater than unrefunded amount on charge (2.00 EUR)",
    });
    await t.stripe.refunds.create({ payment_intent: paid.id });
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: paid.id }))).toMatchObject({
      code: "charge_already_refunded",
    });
  });

  test("20 concurrent full refunds: exactly one succeeds", async () => {
    const paid = await pay();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => t.stripe.refunds.create({ payment_intent: paid.id })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("only what was captured can be refunded: a partial capture's rest cannot", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
      message: `This PaymentIntent (${held.id}) does not have a successful charge to refund.`,
    });
    await t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: held.id, amount: 1001 }))).toMatchObject({
      param: "amount",
    });
    expect(await t.stripe.refunds.create({ payment_intent: held.id })).toMatchObject({ amount: 1000 });
  });

  test("neither, or an unknown, payment is refused", async () => {
    expect(await errorOf(t.stripe.refunds.create({}))).toMatchObject({ code: "parameter_missing" });
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: "pi_none" }))).toMatchObject({
      statusCode: 400,
      code: "resource_missing",
    });
    expect(await errorOf(t.stripe.refunds.retrieve("re_none"))).toMatchObject({ statusCode: 404 });
  });

  // https://docs.stripe.com/testing#refunds
  test("pm_card_pendingRefund: pending, then succeeded with refund.updated", async () => {
    const paid = await pay("pm_card_pendingRefund");
    const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
    expect(refund.status).toBe("pending");
    t.advance(SETTLE_AFTER_SECONDS * 1000);
    expect(await t.stripe.refunds.retrieve(refund.id)).toMatchObject({ status: "succeeded" });
    const event = await t.receiver.until((e) => e.type === "refund.updated");
    expect(event.data.object).toMatchObject({ id: refund.id, status: "succeeded" });
  });

  test("pm_card_refundFail: succeeded, then failed with refund.failed; the money can be refunded anew", async () => {
    const paid = await pay("pm_card_refundFail");
    const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
    expect(refund.status).toBe("succeeded");
    t.advance(SETTLE_AFTER_SECONDS * 1000);
    expect(await t.stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: "failed",
      failure_reason: "expired_or_canceled_card",
    });
    await t.receiver.until((e) => e.type === "refund.failed");
    expect(await t.stripe.charges.retrieve(String(paid.latest_charge))).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
  });

  // https://docs.stripe.com/api/balance
  test("the balance is what was captured less what was refunded", async () => {
    const sum = async () => {
      const balance = await t.stripe.balance.retrieve();
      return balance.available.find((entry) => entry.currency === "eur")?.amount ?? 0;
    };
    const before = await sum();
    const paid = await pay();
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await t.stripe.paymentIntents.cancel(held.id);
    await t.stripe.refunds.create({ payment_intent: paid.id, amount: 200 });
    expect((await sum()) - before).toBe(4000);
  });
});
