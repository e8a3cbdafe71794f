import Stripe from "stripe";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, UNPAID, useStripe } from "./support/world.ts";

const t = useStripe();

const CAPTURE = "https://docs.stripe.com/api/payment_intents/capture";
const CONFIRM = "https://docs.stripe.com/api/payment_intents/confirm";
const CANCEL = "https://docs.stripe.com/api/payment_intents/cancel";
const ERROR_CODES = "https://docs.stripe.com/error-codes";
const AUTHENTICATION = "https://docs.stripe.com/api/authentication";

refuses(CAPTURE, "capturing twice, with the intent in the error", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  await t.stripe.paymentIntents.capture(held.id);
  expect(await errorOf(t.stripe.paymentIntents.capture(held.id))).toMatchObject({
    type: "StripeInvalidRequestError",
    statusCode: 400,
    code: "payment_intent_unexpected_state",
    message: "This PaymentIntent could not be captured because it has already been captured.",
    payment_intent: { id: held.id, status: "succeeded" },
  });
});

refuses(CAPTURE, "all but one of 20 concurrent captures", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const attempts = Array.from({ length: 20 }, () => t.stripe.paymentIntents.capture(held.id));
  const results = await Promise.allSettled(attempts);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  const told = await t.eventAbout("payment_intent.succeeded", held.id);
  const all = await t.stripe.events.list({ type: "payment_intent.succeeded", limit: 100 });
  const about = all.data.filter((event) => (event.data.object as Stripe.PaymentIntent).id === held.id);
  expect(about.map((event) => event.id)).toEqual([told.id]);
});

refuses(CAPTURE, "more than was authorised", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const error = await errorOf(t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 4201 }));
  expect(error).toMatchObject({ code: "amount_too_large", param: "amount_to_capture" });
  expect(await t.stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: "requires_capture" });
});

refuses(CAPTURE, "a capture before authorisation", async () => {
  const created = await t.stripe.paymentIntents.create(UNPAID);
  expect(await errorOf(t.stripe.paymentIntents.capture(created.id))).toMatchObject({
    message: expect.stringContaining("because it has a status of requires_payment_method"),
  });
});

refuses(CONFIRM, "a confirmation without a payment method", async () => {
  const created = await t.stripe.paymentIntents.create(UNPAID);
  expect(await errorOf(t.stripe.paymentIntents.confirm(created.id))).toMatchObject({
    code: "payment_intent_unexpected_state",
    message: expect.stringContaining("missing a payment method"),
  });
});

refuses(CONFIRM, "confirming what is authorised already, and what has succeeded", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const confirm = () => errorOf(t.stripe.paymentIntents.confirm(held.id, { payment_method: "pm_card_visa" }));
  expect(await confirm()).toMatchObject({ code: "payment_intent_unexpected_state" });
  await t.stripe.paymentIntents.capture(held.id);
  expect(await confirm()).toMatchObject({ code: "payment_intent_unexpected_state" });
});

refuses(CANCEL, "a cancellation after success, and after cancellation", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  await t.stripe.paymentIntents.capture(held.id);
  const other = await t.stripe.paymentIntents.create(UNPAID);
  await t.stripe.paymentIntents.cancel(other.id);
  for (const id of [held.id, other.id]) {
    expect(await errorOf(t.stripe.paymentIntents.cancel(id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    });
  }
});

refuses(
  "https://docs.stripe.com/api/payment_intents/update",
  "another amount once it is authorised",
  async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    expect(await errorOf(t.stripe.paymentIntents.update(held.id, { amount: 100 }))).toMatchObject({
      code: "payment_intent_unexpected_state",
      param: "amount",
    });
  },
);

refuses(
  "https://docs.stripe.com/api/payment_intents/create#create_payment_intent-automatic_payment_methods-allow_redirects",
  "a confirmation without a return_url of what may redirect, and nothing is kept",
  async () => {
    const metadata = { attempt: crypto.randomUUID() };
    const paid = { amount: 500, currency: "usd", payment_method: "pm_card_visa", confirm: true, metadata };
    const error = await errorOf(t.stripe.paymentIntents.create(paid));
    expect(error.message).toContain("you must provide a `return_url`");
    const { data } = await t.stripe.paymentIntents.list({ limit: 100 });
    expect(data.filter((intent) => intent.metadata.attempt === metadata.attempt)).toEqual([]);
  },
);

refuses(ERROR_CODES, "an unknown intent: 404 resource_missing", async () => {
  expect(await errorOf(t.stripe.paymentIntents.retrieve("pi_none"))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
    param: "intent",
    message: "No such payment_intent: 'pi_none'",
  });
});

refuses(ERROR_CODES, "an unknown payment method or token: 400 resource_missing", async () => {
  const method = await errorOf(
    t.stripe.paymentIntents.create({ ...AUTHORISE, payment_method: "pm_card_imaginary" }),
  );
  expect(method).toMatchObject({ statusCode: 400, code: "resource_missing", param: "payment_method" });
  const token = await t.raw(
    "POST",
    "/v1/payment_intents",
    "amount=500&currency=usd&payment_method_data[type]=card&payment_method_data[card][token]=tok_none",
  );
  expect(token).toMatchObject({ status: 400, body: { error: { code: "resource_missing" } } });
});

refuses(AUTHENTICATION, "a wrong key, and none", async () => {
  const wrong = await errorOf(t.stripe.balance.retrieve({}, { apiKey: "sk_test_wrong" }));
  expect(wrong).toMatchObject({ type: "StripeAuthenticationError", statusCode: 401 });
  expect(wrong).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
  const none = await t.raw("GET", "/v1/balance", undefined, { Authorization: "" });
  expect(none).toMatchObject({ status: 401, body: { error: { type: "invalid_request_error" } } });
});

conforms(AUTHENTICATION, "the key may also come as the user of basic authentication", async () => {
  const basic = await t.raw("GET", "/v1/balance", undefined, { Authorization: `Basic ${btoa(`${t.key}:`)}` });
  expect(basic.status).toBe(200);
});
