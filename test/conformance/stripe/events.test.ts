import type Stripe from "stripe";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, hasReceiver, useStripe, WEBHOOK_SECRET } from "./support/world.ts";

const t = useStripe();

const idIn = (data: Stripe.Event.Data) => (data.object as { id: string }).id;

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

const WEBHOOKS = "https://docs.stripe.com/webhooks";
const VERIFY = "https://docs.stripe.com/webhooks#verify-manually";

if (hasReceiver) {
  const newEvent = async () => {
    const { id } = await t.stripe.paymentIntents.create(AUTHORISE);
    return t.receiver.until(({ type, data }) => type === "payment_intent.created" && idIn(data) === id);
  };
  /** A delivery as it came over the wire, for the SDK to judge. */
  const delivery = async () => {
    const { id } = await newEvent();
    const sent = t.receiver.sent.find(({ payload }) => payload.includes(id));
    return { payload: sent?.payload ?? "", header: sent?.header ?? "" };
  };
  const verify = (payload: string, header: string, secret = WEBHOOK_SECRET, tolerance = 300) =>
    t.stripe.webhooks.constructEventAsync(payload, header, secret, tolerance);

  conforms(WEBHOOKS, "an event is delivered as the API shows it, and waits for no one then", async () => {
    const event = await newEvent();
    expect(event.pending_webhooks).toBe(1);
    const waiting = async () => (await t.stripe.events.retrieve(event.id)).pending_webhooks;
    await expect.poll(waiting, { interval: 5 }).toBe(0);
    expect(await t.stripe.events.retrieve(event.id)).toMatchObject({ ...event, pending_webhooks: 0 });
  });

  conforms(VERIFY, "the SDK accepts the signature of what was sent", async () => {
    const { payload, header } = await delivery();
    expect(header).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    await expect(verify(payload, header)).resolves.toMatchObject({ object: "event" });
  });

  refuses(VERIFY, "with another secret, another text or a later time the signature is none", async () => {
    const { payload, header } = await delivery();
    await expect(verify(payload, header, "whsec_other")).rejects.toThrow(/signature/);
    await expect(verify(`${payload} `, header)).rejects.toThrow(/signature/);
    const old = header.replace(/t=\d+/, "t=1700000000");
    await expect(verify(payload, old)).rejects.toThrow();
  });

  refuses(
    "https://docs.stripe.com/webhooks#retries",
    "an error or a redirect as a receipt: it is sent again",
    async () => {
      const undelivered = async () => (await t.stripe.events.list({ delivery_success: false })).data;
      await expect.poll(undelivered, { interval: 5 }).toEqual([]);
      t.receiver.answers.push(500, 302);
      const before = t.receiver.deliveries.length;
      const { id } = await t.stripe.paymentIntents.create({ amount: 500, currency: "usd" });
      const event = await t.receiver.until(({ data }) => idIn(data) === id);
      expect(t.receiver.deliveries.slice(before)).toEqual([
        { id: event.id, status: 500 },
        { id: event.id, status: 302 },
        { id: event.id, status: 200 },
      ]);
    },
  );
}
