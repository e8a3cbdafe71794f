import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_VERSION } from "../resources/work.ts";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const DAY_MS = 24 * 60 * 60 * 1000;

// https://docs.stripe.com/payments/paymentintents/lifecycle
describe("lifecycle", () => {
  test("create, confirm with manual capture, capture", async () => {
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

    const held = await t.stripe.paymentIntents.confirm(created.id, {
      payment_method: "pm_card_visa",
      expand: ["latest_charge", "payment_method"],
    });
    expect(held).toMatchObject({ status: "requires_capture", amount_capturable: 4200, amount_received: 0 });
    expect(held.latest_charge).toMatchObject({
      object: "charge",
      captured: false,
      status: "succeeded",
      paid: true,
      payment_method_details: { card: { last4: "4242", brand: "visa" } },
    });
    expect(held.payment_method).toMatchObject({ object: "payment_method", card: { last4: "4242" } });

    const captured = await t.stripe.paymentIntents.capture(created.id);
    expect(captured).toMatchObject({ status: "succeeded", amount_capturable: 0, amount_received: 4200 });
    const charge = await t.stripe.charges.retrieve(String(captured.latest_charge));
    expect(charge).toMatchObject({ captured: true, amount_captured: 4200, payment_intent: created.id });
    expect(await t.stripe.paymentIntents.retrieve(created.id)).toMatchObject({ status: "succeeded" });
  });

  test("automatic capture succeeds at once; the SDK's API version is the one events are rendered in", async () => {
    const paid = await t.stripe.paymentIntents.create({
      amount: 1000,
      currency: "usd",
      payment_method: "pm_card_mastercard",
      allowed_payment_method_types: ["card"],
      confirm: true,
    });
    expect(paid).toMatchObject({
      status: "succeeded",
      amount_received: 1000,
      capture_method: "automatic_async",
    });
    expect(paid.lastResponse.apiVersion).toBe(API_VERSION);
    expect(paid.lastResponse.requestId).toMatch(/^req_/);
  });

  test("a part is captured and the rest released", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    const captured = await t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
    expect(captured).toMatchObject({ status: "succeeded", amount: 4200, amount_received: 1000 });
  });

  test("update before payment; metadata merges and unsets; a payment method makes it confirmable", async () => {
    const created = await t.stripe.paymentIntents.create({
      amount: 500,
      currency: "usd",
      allowed_payment_method_types: ["card"],
      metadata: { keep: "1", drop: "2" },
    });
    const updated = await t.stripe.paymentIntents.update(created.id, {
      amount: 700,
      metadata: { drop: "", add: "3" },
      payment_method_data: { type: "card", card: { token: "tok_visa" } } as never,
    });
    expect(updated).toMatchObject({
      amount: 700,
      status: "requires_confirmation",
      metadata: { keep: "1", add: "3" },
    });
    expect(updated.metadata).not.toHaveProperty("drop");
    expect(await t.stripe.paymentIntents.confirm(created.id)).toMatchObject({ status: "succeeded" });
  });

  test("cancel with a reason releases the authorisation", async () => {
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

  // https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: an online card authorisation lasts 7 days.
  test("an authorisation lapses after 7 days, judged at use", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    t.advance(7 * DAY_MS - 60_000);
    expect(await t.stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: "requires_capture" });
    t.advance(60_000);
    expect(await errorOf(t.stripe.paymentIntents.capture(held.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
      payment_intent: { status: "canceled", cancellation_reason: "automatic" },
    });
  });
});

describe("rules", () => {
  test("capturing twice is refused with the intent in the error", async () => {
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

  test("20 concurrent captures: exactly one succeeds", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    const attempts = Array.from({ length: 20 }, () => t.stripe.paymentIntents.capture(held.id));
    const results = await Promise.allSettled(attempts);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    const codes = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    expect(codes).toEqual(Array(19).fill("payment_intent_unexpected_state"));
    const events = await t.stripe.events.list({ types: ["payment_intent.succeeded"], limit: 100 });
    expect(events.data.filter((event) => (event.data.object as { id: string }).id === held.id)).toHaveLength(
      1,
    );
  });

  test("what is captured may not be more than what was authorised", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    const error = await errorOf(t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 4201 }));
    expect(error).toMatchObject({ code: "amount_too_large", param: "amount_to_capture" });
    expect(await t.stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: "requires_capture" });
  });

  test.each(["confirm", "cancel"] as const)("%s after success is refused", async (verb) => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await t.stripe.paymentIntents.capture(held.id);
    expect(await errorOf(t.stripe.paymentIntents[verb](held.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    });
  });

  test("confirming what is already authorised is refused; so is a new amount", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    const again = await errorOf(t.stripe.paymentIntents.confirm(held.id, { payment_method: "pm_card_visa" }));
    expect(again).toMatchObject({ code: "payment_intent_unexpected_state" });
    const amount = await errorOf(t.stripe.paymentIntents.update(held.id, { amount: 1 }));
    expect(amount).toMatchObject({ code: "payment_intent_unexpected_state", param: "amount" });
  });

  test("a capture before authorisation, and a confirmation without a method, are refused", async () => {
    const created = await t.stripe.paymentIntents.create({
      amount: 500,
      currency: "usd",
      allowed_payment_method_types: ["card"],
    });
    expect(await errorOf(t.stripe.paymentIntents.capture(created.id))).toMatchObject({
      message: expect.stringContaining("because it has a status of requires_payment_method"),
    });
    expect(await errorOf(t.stripe.paymentIntents.confirm(created.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
      message: expect.stringContaining("missing a payment method"),
    });
  });

  // The message is the one of the live API, as reported in public threads about allow_redirects.
  test("an intent that may redirect cannot be confirmed without a return_url, and nothing is kept", async () => {
    const before = await t.stripe.paymentIntents.list({ limit: 1 });
    const error = await errorOf(
      t.stripe.paymentIntents.create({
        amount: 500,
        currency: "usd",
        payment_method: "pm_card_visa",
        confirm: true,
      }),
    );
    expect(error.message).toContain("you must provide a `return_url`");
    const after = await t.stripe.paymentIntents.list({ limit: 1 });
    expect(after.data[0]?.id).toBe(before.data[0]?.id);
  });

  test("an unknown intent is 404, an unknown payment method or token 400, all resource_missing", async () => {
    expect(await errorOf(t.stripe.paymentIntents.retrieve("pi_none"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
      param: "intent",
      message: "No such payment_intent: 'pi_none'",
    });
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

  test("a wrong key is a 401 of the authentication kind; the right one may also come as basic", async () => {
    const { sdk } = await import("./harness.ts");
    const error = await errorOf(sdk(t.port, "sk_test_wrong").balance.retrieve());
    expect(error).toMatchObject({ type: "StripeAuthenticationError", statusCode: 401 });
    const basic = await t.raw("GET", "/v1/balance", undefined, {
      Authorization: `Basic ${btoa("sk_test_local:")}`,
    });
    expect(basic.status).toBe(200);
    const none = await t.raw("GET", "/v1/balance", undefined, { Authorization: "" });
    expect(none).toMatchObject({ status: 401, body: { error: { type: "invalid_request_error" } } });
  });
});
