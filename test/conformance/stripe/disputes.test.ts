import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const TEST_CARDS = "https://docs.stripe.com/testing#disputes";

/** An authorised and captured payment by a card that is disputed, and the dispute once it is there. */
async function disputed(payment_method: string) {
  const held = await t.stripe.paymentIntents.create({ ...AUTHORISE, payment_method });
  const found = async () => (await t.stripe.disputes.list({ payment_intent: held.id })).data[0];
  expect(await found()).toBeUndefined();
  const intent = await t.stripe.paymentIntents.capture(held.id);
  await expect.poll(found, { timeout: 60_000 }).toBeDefined();
  const dispute = await found();
  return { intent, id: dispute?.id ?? "" };
}

conforms.each(
  TEST_CARDS,
  [
    ["pm_card_createDispute", "fraudulent", "needs_response"],
    ["pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response"],
    ["pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response"],
  ] as const,
  ([card]) => `${card}: the payment succeeds, and is disputed`,
  async ([card, reason, status]) => {
    const { intent, id } = await disputed(card);
    expect(intent.status).toBe("succeeded");
    expect(await t.stripe.disputes.retrieve(id)).toMatchObject({
      object: "dispute",
      amount: 4200,
      currency: "eur",
      payment_intent: intent.id,
      charge: intent.latest_charge,
      reason,
      status,
    });
    const charge = await t.stripe.charges.retrieve(String(intent.latest_charge));
    expect(charge.disputed).toBe(true);
  },
);

conforms("https://docs.stripe.com/api/events/types", "charge.dispute.created tells of it", async () => {
  const { intent, id } = await disputed("pm_card_createDispute");
  const told = await t.eventAbout("charge.dispute.created", id);
  expect(told.data.object).toMatchObject({
    object: "dispute",
    amount: 4200,
    currency: "eur",
    payment_intent: intent.id,
    reason: "fraudulent",
  });
});

conforms(
  "https://docs.stripe.com/api/disputes/object",
  "the payment of a dispute is expanded on request",
  async () => {
    const { intent, id } = await disputed("pm_card_createDispute");
    const dispute = await t.stripe.disputes.retrieve(id, { expand: ["payment_intent", "charge"] });
    expect(dispute.payment_intent).toMatchObject({ id: intent.id, status: "succeeded" });
    expect(dispute.charge).toMatchObject({ object: "charge", amount_captured: 4200 });
  },
);

conforms(
  "https://docs.stripe.com/disputes/how-disputes-work",
  "an inquiry can still be refunded",
  async () => {
    const { intent } = await disputed("pm_card_createDisputeInquiry");
    const refund = await t.stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe("succeeded");
  },
);

refuses(
  "https://docs.stripe.com/error-codes",
  "a refund of what was charged back: charge_disputed",
  async () => {
    const { intent } = await disputed("pm_card_createDispute");
    expect(await errorOf(t.stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
      code: "charge_disputed",
    });
  },
);

refuses("https://docs.stripe.com/api/disputes/retrieve", "an unknown dispute", async () => {
  expect(await errorOf(t.stripe.disputes.retrieve("du_none"))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
  });
});

refuses("https://docs.stripe.com/api/disputes/list", "a page after an unknown dispute", async () => {
  expect(await errorOf(t.stripe.disputes.list({ starting_after: "du_none" }))).toMatchObject({
    statusCode: 400,
    code: "resource_missing",
    param: "starting_after",
  });
});
