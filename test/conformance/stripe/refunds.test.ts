import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const CREATE = "https://docs.stripe.com/api/refunds/create";
const TEST_CARDS = "https://docs.stripe.com/testing#refunds";
/** "Some time later" in the documentation. */
const LATER = { timeout: 60_000 };

const pay = (payment_method = "pm_card_visa") =>
  t.stripe.paymentIntents.create({ ...AUTHORISE, capture_method: "automatic", payment_method });
const statusOf = async (id: string) => (await t.stripe.refunds.retrieve(id)).status;

conforms(CREATE, "a refund in two parts, up to the whole amount", async () => {
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
});

conforms("https://docs.stripe.com/api/refunds/list", "refunds of one payment, newest first", async () => {
  const paid = await pay();
  const first = await t.stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
  const second = await t.stripe.refunds.create({ payment_intent: paid.id, amount: 200 });
  const listed = await t.stripe.refunds.list({ payment_intent: paid.id });
  expect(listed.data.map((refund) => refund.id)).toEqual([second.id, first.id]);
});

conforms("https://docs.stripe.com/api/refunds/retrieve", "a refund is retrieved as it was made", async () => {
  const paid = await pay();
  const { lastResponse: _, ...made } = await t.stripe.refunds.create({ payment_intent: paid.id });
  expect(await t.stripe.refunds.retrieve(made.id)).toMatchObject({ id: made.id, amount: made.amount });
});

conforms(
  "https://docs.stripe.com/api/events/types",
  "refund.created and charge.refunded tell of it",
  async () => {
    const paid = await pay();
    const refund = await t.stripe.refunds.create({ payment_intent: paid.id, amount: 1200 });
    await t.eventAbout("refund.created", refund.id);
    const told = await t.eventAbout("charge.refunded", String(paid.latest_charge));
    expect(told.data.object).toMatchObject({ amount_refunded: 1200, refunded: false });
  },
);

conforms(TEST_CARDS, "pm_card_pendingRefund: pending, then succeeded, with refund.updated", async () => {
  const paid = await pay("pm_card_pendingRefund");
  const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
  expect(refund.status).toBe("pending");
  await expect.poll(() => statusOf(refund.id), LATER).toBe("succeeded");
  const told = await t.eventAbout("refund.updated", refund.id);
  expect(told.data.object).toMatchObject({ status: "succeeded" });
});

refuses(
  TEST_CARDS,
  "pm_card_refundFail: succeeded, then failed; the money can be refunded anew",
  async () => {
    const paid = await pay("pm_card_refundFail");
    const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
    expect(refund.status).toBe("succeeded");
    await expect.poll(() => statusOf(refund.id), LATER).toBe("failed");
    expect(await t.stripe.refunds.retrieve(refund.id)).toMatchObject({
      failure_reason: "expired_or_canceled_card",
    });
    for (const type of ["refund.failed", "charge.refund.updated"] as const) {
      expect((await t.eventAbout(type, refund.id)).data.object).toMatchObject({ status: "failed" });
    }
    expect(await t.stripe.charges.retrieve(String(paid.latest_charge))).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
  },
);

refuses(CREATE, "more than is left", async () => {
  const paid = await pay();
  await t.stripe.refunds.create({ payment_intent: paid.id, amount: 4000 });
  expect(await errorOf(t.stripe.refunds.create({ payment_intent: paid.id, amount: 201 }))).toMatchObject({
    statusCode: 400,
    param: "amount",
    message: expect.stringContaining("is greater than unrefunded amount on charge"),
  });
  expect((await t.stripe.refunds.list({ payment_intent: paid.id })).data).toHaveLength(1);
});

refuses(
  "https://docs.stripe.com/error-codes",
  "a refund of what is refunded: charge_already_refunded",
  async () => {
    const paid = await pay();
    await t.stripe.refunds.create({ payment_intent: paid.id });
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: paid.id }))).toMatchObject({
      statusCode: 400,
      code: "charge_already_refunded",
    });
  },
);

refuses(CREATE, "all but one of 20 concurrent full refunds", async () => {
  const paid = await pay();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => t.stripe.refunds.create({ payment_intent: paid.id })),
  );
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
});

refuses(CREATE, "a refund of what is only authorised", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  expect(await errorOf(t.stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
    statusCode: 400,
    message: `This PaymentIntent (${held.id}) does not have a successful charge to refund.`,
  });
});

refuses(CREATE, "the part that was not captured", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  await t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
  expect(await errorOf(t.stripe.refunds.create({ payment_intent: held.id, amount: 1001 }))).toMatchObject({
    param: "amount",
  });
  expect(await t.stripe.refunds.create({ payment_intent: held.id })).toMatchObject({ amount: 1000 });
});

refuses(CREATE, "a refund of nothing, and of an unknown payment", async () => {
  expect(await errorOf(t.stripe.refunds.create({}))).toMatchObject({ code: "parameter_missing" });
  expect(await errorOf(t.stripe.refunds.create({ payment_intent: "pi_none" }))).toMatchObject({
    statusCode: 400,
    code: "resource_missing",
  });
});

refuses("https://docs.stripe.com/api/refunds/retrieve", "an unknown refund", async () => {
  expect(await errorOf(t.stripe.refunds.retrieve("re_none"))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
  });
});
