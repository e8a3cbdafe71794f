import type Stripe from "stripe";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const TYPES = "https://docs.stripe.com/api/events/types";
const OBJECT = "https://docs.stripe.com/api/events/object";

conforms(OBJECT, "an event names the request that caused it, with its key", async () => {
  const idempotencyKey = `bkg_1:authorise:${crypto.randomUUID()}`;
  const held = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
  const told = await t.eventAbout("payment_intent.amount_capturable_updated", held.id);
  expect(told).toMatchObject({
    object: "event",
    livemode: false,
    request: { idempotency_key: idempotencyKey, id: held.lastResponse.requestId },
    data: { object: { id: held.id, amount_capturable: 4200 } },
  });
});

conforms.each(
  TYPES,
  [
    ["charge.succeeded", "charge"],
    ["charge.captured", "charge"],
    ["payment_intent.created", "intent"],
    ["payment_intent.succeeded", "intent"],
  ] as const,
  ([type]) => `${type} tells of a hold that was captured`,
  async ([type, about]) => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await t.stripe.paymentIntents.capture(held.id);
    const told = await t.eventAbout(type, about === "intent" ? held.id : String(held.latest_charge));
    expect(told.type).toBe(type);
  },
);

conforms(TYPES, "payment_intent.requires_action and payment_intent.canceled", async () => {
  const asked = await t.stripe.paymentIntents.create({
    ...AUTHORISE,
    payment_method: "pm_card_threeDSecure2Required",
  });
  const waiting = await t.eventAbout("payment_intent.requires_action", asked.id);
  expect(waiting.data.object).toMatchObject({ status: "requires_action" });
  await t.stripe.paymentIntents.cancel(asked.id);
  const told = await t.eventAbout("payment_intent.canceled", asked.id);
  expect(told.data.object).toMatchObject({ status: "canceled" });
});

conforms(TYPES, "payment_intent.payment_failed and charge.failed carry the decline", async () => {
  const declined = { ...AUTHORISE, payment_method: "pm_card_chargeDeclined" };
  const error = await errorOf(t.stripe.paymentIntents.create(declined));
  const told = await t.eventAbout("payment_intent.payment_failed", error.payment_intent?.id ?? "");
  expect(told.data.object).toMatchObject({ last_payment_error: { code: "card_declined" } });
  const charge = await t.eventAbout("charge.failed", String(error.charge));
  expect(charge.data.object).toMatchObject({ failure_code: "card_declined" });
});

refuses(TYPES, "to tell of what was refused", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  await errorOf(t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 9999 }));
  const { data } = await t.stripe.events.list({ type: "payment_intent.succeeded", limit: 100 });
  expect(data.filter((event) => (event.data.object as Stripe.PaymentIntent).id === held.id)).toEqual([]);
});

refuses("https://docs.stripe.com/api/events/retrieve", "an unknown event", async () => {
  expect(await errorOf(t.stripe.events.retrieve("evt_none"))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
  });
});
