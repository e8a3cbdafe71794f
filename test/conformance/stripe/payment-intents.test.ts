import Stripe from "stripe";
import { expect } from "vitest";
import { conforms } from "../support/cases.ts";
import { AUTHORISE, UNPAID, useStripe } from "./support/world.ts";

const t = useStripe();

const LIFECYCLE = "https://docs.stripe.com/payments/paymentintents/lifecycle";
const HOLD = "https://docs.stripe.com/payments/place-a-hold-on-a-payment-method";
const UPDATE = "https://docs.stripe.com/api/payment_intents/update";
const CANCEL = "https://docs.stripe.com/api/payment_intents/cancel";

conforms("https://docs.stripe.com/api/payment_intents/create", "create: nothing is paid yet", async () => {
  const created = await t.stripe.paymentIntents.create({
    amount: 4200,
    currency: "eur",
    capture_method: "manual",
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    description: "Tosca",
    metadata: { bookingId: "bkg_1" },
  });
  expect(created).toMatchObject({
    object: "payment_intent",
    status: "requires_payment_method",
    livemode: false,
    amount_received: 0,
    metadata: { bookingId: "bkg_1" },
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });
  expect(created.id).toMatch(/^pi_\w{24}$/);
  expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));
});

conforms(HOLD, "manual capture: confirm holds, capture takes", async () => {
  const created = await t.stripe.paymentIntents.create({ ...UNPAID, capture_method: "manual" });
  const held = await t.stripe.paymentIntents.confirm(created.id, {
    payment_method: "pm_card_visa",
    expand: ["latest_charge", "payment_method"],
  });
  expect(held).toMatchObject({ status: "requires_capture", amount_capturable: 500, amount_received: 0 });
  expect(held.latest_charge).toMatchObject({
    object: "charge",
    captured: false,
    status: "succeeded",
    paid: true,
    payment_method_details: { card: { last4: "4242", brand: "visa" } },
  });
  expect(held.payment_method).toMatchObject({ object: "payment_method", card: { last4: "4242" } });

  const captured = await t.stripe.paymentIntents.capture(created.id);
  expect(captured).toMatchObject({ status: "succeeded", amount_capturable: 0, amount_received: 500 });
  const charge = await t.stripe.charges.retrieve(String(captured.latest_charge));
  expect(charge).toMatchObject({ captured: true, amount_captured: 500, payment_intent: created.id });
  expect(await t.stripe.paymentIntents.retrieve(created.id)).toMatchObject({ status: "succeeded" });
});

conforms(HOLD, "a hold says until when it can be captured", async () => {
  const held = await t.stripe.paymentIntents.create({ ...AUTHORISE, expand: ["latest_charge"] });
  const { payment_method_details: details, created } = held.latest_charge as Stripe.Charge;
  expect(details?.card?.capture_before).toBeGreaterThan(created);
});

conforms(HOLD, "a part is captured and the rest released", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const captured = await t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
  expect(captured).toMatchObject({ status: "succeeded", amount: 4200, amount_received: 1000 });
});

conforms(LIFECYCLE, "automatic capture succeeds at once", async () => {
  const paid = await t.stripe.paymentIntents.create({
    ...UNPAID,
    payment_method: "pm_card_mastercard",
    confirm: true,
  });
  expect(paid).toMatchObject({
    status: "succeeded",
    amount_received: 500,
    capture_method: "automatic_async",
  });
});

conforms(UPDATE, "metadata merges, and an empty value unsets; the amount changes", async () => {
  const created = await t.stripe.paymentIntents.create({ ...UNPAID, metadata: { keep: "1", drop: "2" } });
  const updated = await t.stripe.paymentIntents.update(created.id, {
    amount: 700,
    metadata: { drop: "", add: "3" },
  });
  expect(updated).toMatchObject({ amount: 700, metadata: { keep: "1", add: "3" } });
  expect(updated.metadata).not.toHaveProperty("drop");
});

conforms(LIFECYCLE, "a payment method makes an intent confirmable", async () => {
  const created = await t.stripe.paymentIntents.create(UNPAID);
  const updated = await t.stripe.paymentIntents.update(created.id, { payment_method: "pm_card_visa" });
  expect(updated.status).toBe("requires_confirmation");
  expect(await t.stripe.paymentIntents.confirm(created.id)).toMatchObject({ status: "succeeded" });
});

conforms(CANCEL, "cancel with a reason releases the authorisation", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const canceled = await t.stripe.paymentIntents.cancel(held.id, { cancellation_reason: "abandoned" });
  expect(canceled).toMatchObject({
    status: "canceled",
    cancellation_reason: "abandoned",
    amount_capturable: 0,
  });
  expect(canceled.canceled_at).toBeTypeOf("number");
  const charge = await t.stripe.charges.retrieve(String(canceled.latest_charge));
  expect(charge).toMatchObject({ refunded: true, captured: false });
});

conforms(
  "https://docs.stripe.com/payments/3d-secure/authentication-flow",
  "a card that must be authenticated leaves the intent waiting for the buyer, with an address to go to",
  async () => {
    const return_url = "https://tickets.example/done";
    const intent = await t.stripe.paymentIntents.create({
      ...AUTHORISE,
      payment_method: "pm_card_threeDSecure2Required",
      return_url,
    });
    expect(intent).toMatchObject({
      status: "requires_action",
      amount_capturable: 0,
      next_action: { type: "redirect_to_url", redirect_to_url: { return_url } },
    });
    expect(URL.canParse(intent.next_action?.redirect_to_url?.url ?? "")).toBe(true);
  },
);

conforms(
  "https://docs.stripe.com/api/versioning",
  "the SDK's API version is answered, with a request id",
  async () => {
    const { lastResponse } = await t.stripe.paymentIntents.create(UNPAID);
    expect(lastResponse.apiVersion).toBe(Stripe.API_VERSION);
    expect(lastResponse.requestId).toMatch(/^req_/);
  },
);
