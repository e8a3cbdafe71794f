import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const KEYS = "https://docs.stripe.com/api/idempotent_requests";
const LOW_LEVEL = "https://docs.stripe.com/error-low-level";

const newKey = () => `bkg_1:authorise:${crypto.randomUUID()}`;
const FORM = "amount=500&currency=usd&allowed_payment_method_types[]=card";
const post = (body: string, key: string, path = "/v1/payment_intents") =>
  t.raw("POST", path, body, { "Idempotency-Key": key });

conforms(KEYS, "the same key and parameters replay the first answer, and act once", async () => {
  const idempotencyKey = newKey();
  const first = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
  await t.stripe.paymentIntents.capture(first.id);
  const again = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
  expect(again).toMatchObject({ id: first.id, status: "requires_capture" });
  expect(again.lastResponse.headers).toMatchObject({
    "idempotent-replayed": "true",
    "original-request": first.lastResponse.requestId,
  });
  expect(first.lastResponse.headers["idempotent-replayed"]).toBeUndefined();
  expect(first.lastResponse.idempotencyKey).toBe(idempotencyKey);
});

conforms(KEYS, "a decline is replayed too", async () => {
  const idempotencyKey = newKey();
  const declined = { ...AUTHORISE, payment_method: "pm_card_chargeDeclined" };
  const decline = () => errorOf(t.stripe.paymentIntents.create(declined, { idempotencyKey }));
  const [first, again] = [await decline(), await decline()];
  expect(again.payment_intent?.id).toBe(first.payment_intent?.id);
  expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
});

conforms(KEYS, "a Checkout Session is made once", async () => {
  const idempotencyKey = newKey();
  const create = () =>
    t.stripe.checkout.sessions.create(
      {
        mode: "payment",
        success_url: "https://tickets.example/ok",
        line_items: [
          { price_data: { currency: "eur", unit_amount: 500, product_data: { name: "Seat" } }, quantity: 1 },
        ],
      },
      { idempotencyKey },
    );
  expect((await create()).id).toBe((await create()).id);
});

conforms(KEYS, "a key means nothing on a GET", async () => {
  const get = () => t.raw("GET", "/v1/balance", undefined, { "Idempotency-Key": "bkg:get" });
  await get();
  expect((await get()).headers.get("idempotent-replayed")).toBeNull();
});

conforms(LOW_LEVEL, "a validation failure is not kept: the key may be used again, corrected", async () => {
  const key = newKey();
  expect((await post("amount=abc&currency=usd", key)).status).toBe(400);
  const corrected = await post(FORM, key);
  expect(corrected.status).toBe(200);
  expect(corrected.headers.get("idempotent-replayed")).toBeNull();
});

conforms(KEYS, "a key of 255 characters is taken", async () => {
  expect((await post(FORM, crypto.randomUUID().padEnd(255, "k"))).status).toBe(200);
});

refuses(KEYS, "a key of more than 255 characters", async () => {
  expect((await post(FORM, crypto.randomUUID().padEnd(256, "k"))).status).toBe(400);
});

refuses(KEYS, "other parameters under a used key", async () => {
  const idempotencyKey = newKey();
  await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
  const other = t.stripe.paymentIntents.create({ ...AUTHORISE, amount: 4300 }, { idempotencyKey });
  expect(await errorOf(other)).toMatchObject({
    type: "StripeIdempotencyError",
    statusCode: 400,
    rawType: "idempotency_error",
  });
});

refuses(KEYS, "another endpoint under a used key, and nothing happens", async () => {
  const [first, second] = [
    await t.stripe.paymentIntents.create(AUTHORISE),
    await t.stripe.paymentIntents.create(AUTHORISE),
  ];
  const options = { idempotencyKey: newKey() };
  await t.stripe.paymentIntents.capture(first.id, {}, options);
  const elsewhere = await errorOf(t.stripe.paymentIntents.capture(second.id, {}, options));
  expect(elsewhere.type).toBe("StripeIdempotencyError");
  expect(await t.stripe.paymentIntents.retrieve(second.id)).toMatchObject({ status: "requires_capture" });
});

refuses(KEYS, "a broken rule again, from what was kept", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  const key = newKey();
  const tooMuch = () => post("amount_to_capture=9999", key, `/v1/payment_intents/${held.id}/capture`);
  expect((await tooMuch()).status).toBe(400);
  expect((await tooMuch()).headers.get("idempotent-replayed")).toBe("true");
});

refuses(KEYS, "a second request while the first is under way, or else replays it", async () => {
  const idempotencyKey = newKey();
  const requests = Array.from({ length: 5 }, () =>
    t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey }),
  );
  const results = await Promise.allSettled(requests);
  const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.id] : []));
  expect(new Set(made).size).toBe(1);
  for (const result of results) {
    if (result.status === "rejected") {
      expect(result.reason).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
    }
  }
  const after = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
  expect(after.id).toBe(made[0]);
});
