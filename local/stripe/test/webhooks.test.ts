import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultBackoffMs } from "../webhooks/dispatcher.ts";
import { signatureHeader } from "../webhooks/signature.ts";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe, WEBHOOK_SECRET } from "./harness.ts";

let t: TestStripe;
beforeEach(async () => {
  t = await startTestStripe();
});
afterEach(() => t.close());

const idIn = (event: Stripe.Event) => (event.data.object as { id: string }).id;
const types = () => t.receiver.accepted.map((event) => event.type).sort();

// https://docs.stripe.com/api/events/types
describe("events of each change", () => {
  test("authorise, capture, refund", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey: "bkg_1:authorise:1" });
    const capturable = await t.receiver.until(
      (event) => event.type === "payment_intent.amount_capturable_updated",
    );
    expect(capturable).toMatchObject({
      object: "event",
      livemode: false,
      request: { idempotency_key: "bkg_1:authorise:1", id: held.lastResponse.requestId },
      data: { object: { id: held.id, amount_capturable: 4200 } },
    });
    await t.stripe.paymentIntents.capture(held.id);
    await t.receiver.until((event) => event.type === "payment_intent.succeeded" && idIn(event) === held.id);
    await t.stripe.refunds.create({ payment_intent: held.id });
    await t.receiver.until((event) => event.type === "refund.created");
    const refunded = await t.receiver.until((event) => event.type === "charge.refunded");
    expect(refunded.data.object).toMatchObject({ amount_refunded: 4200, refunded: true });
    expect(types()).toEqual([
      "charge.captured",
      "charge.refunded",
      "charge.succeeded",
      "payment_intent.amount_capturable_updated",
      "payment_intent.created",
      "payment_intent.succeeded",
      "refund.created",
    ]);
    expect(t.receiver.badSignatures).toBe(0);
  });

  test("are sent where the endpoint is registered for them, and nowhere else", async () => {
    const some = await startTestStripe({ webhookEvents: ["payment_intent.succeeded", "charge.c*"] });
    try {
      await some.control("POST", "/_test/webhooks", { paused: true });
      const held = await some.stripe.paymentIntents.create(AUTHORISE);
      await some.stripe.paymentIntents.capture(held.id);
      const { data } = await some.stripe.events.list({ type: "payment_intent.created" });
      expect(data).toMatchObject([{ pending_webhooks: 0 }]);
      const waiting = () => some.control("POST", "/_test/webhooks", { paused: false });
      expect(await waiting()).toMatchObject({ pending: 2 });
      await expect.poll(waiting).toMatchObject({ pending: 0 });
      const sent = some.receiver.accepted.map((event) => event.type).sort();
      expect(sent).toEqual(["charge.captured", "payment_intent.succeeded"]);
    } finally {
      await some.close();
    }
  });

  test("decline, authentication, cancellation", async () => {
    await errorOf(t.stripe.paymentIntents.create({ ...AUTHORISE, payment_method: "pm_card_chargeDeclined" }));
    const failed = await t.receiver.until((event) => event.type === "payment_intent.payment_failed");
    expect(failed.data.object).toMatchObject({ last_payment_error: { code: "card_declined" } });
    await t.receiver.until((event) => event.type === "charge.failed");
    const asked = await t.stripe.paymentIntents.create({
      ...AUTHORISE,
      payment_method: "pm_card_threeDSecure2Required",
    });
    await t.receiver.until((event) => event.type === "payment_intent.requires_action");
    await t.stripe.paymentIntents.cancel(asked.id);
    await t.receiver.until((event) => event.type === "payment_intent.canceled" && idIn(event) === asked.id);
  });

  test("an authorisation that lapses is told of without anybody asking", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    t.advance(7 * 24 * 60 * 60 * 1000);
    const event = await t.receiver.until((e) => e.type === "charge.expired");
    expect(event.request).toEqual({ id: null, idempotency_key: null });
    await t.receiver.until((e) => e.type === "payment_intent.canceled" && idIn(e) === held.id);
  });

  test("a refused request tells of nothing", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await errorOf(t.stripe.paymentIntents.capture(held.id, { amount_to_capture: 9999 }));
    const events = await t.stripe.events.list({ limit: 100 });
    expect(events.data.map((event) => event.type)).not.toContain("payment_intent.succeeded");
  });
});

// https://docs.stripe.com/webhooks
describe("delivery", () => {
  test("while paused nothing is delivered, afterwards all of it, each once", async () => {
    await t.control("POST", "/_test/webhooks", { paused: true });
    for (let i = 0; i < 10; i++) await t.stripe.paymentIntents.create(AUTHORISE);
    expect(t.receiver.deliveries).toEqual([]);
    const answer = await t.control("POST", "/_test/webhooks", { paused: false });
    expect(answer).toMatchObject({ paused: false, pending: 30 });
    await expect.poll(() => t.receiver.accepted.length, { interval: 5 }).toBe(30);
    expect(new Set(t.receiver.accepted.map((event) => event.id)).size).toBe(30);
  });

  test("the delay grows, up to a minute", () => {
    expect([1, 2, 3, 4].map(defaultBackoffMs)).toEqual([500, 1000, 2000, 4000]);
    expect(defaultBackoffMs(150)).toBe(60_000);
  });
});

// https://docs.stripe.com/webhooks#verify-manually
describe("signature", () => {
  const payload = '{"object":"event","name":"é"}';
  const verify = (header: string, secret = WEBHOOK_SECRET, text = payload) =>
    new Stripe("sk_test_unused").webhooks.constructEventAsync(text, header, secret);

  test("is accepted by the SDK, and not with another secret, another payload or an old time", async () => {
    const header = signatureHeader(payload, WEBHOOK_SECRET, Date.now());
    await expect(verify(header)).resolves.toMatchObject({ object: "event" });
    await expect(verify(header, "whsec_other")).rejects.toThrow(/signature/);
    await expect(verify(header, WEBHOOK_SECRET, `${payload} `)).rejects.toThrow(/signature/);
    const old = signatureHeader(payload, WEBHOOK_SECRET, Date.now() - 600_000);
    await expect(verify(old)).rejects.toThrow(/tolerance/);
  });
});
