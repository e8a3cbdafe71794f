import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

let serial = 0;
const newKey = () => `bkg_1:authorise:${++serial}`;
const FORM = "amount=500&currency=usd&allowed_payment_method_types[]=card";
const post = (path: string, body: string, key: string) =>
  t.raw("POST", path, body, { "Idempotency-Key": key });

// https://docs.stripe.com/api/idempotent_requests
describe("idempotency keys", () => {
  test("the same key and parameters replay the first answer, and act once", async () => {
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

  test("the order of the parameters does not matter", async () => {
    const key = newKey();
    const first = await post("/v1/payment_intents", FORM, key);
    const again = await post(
      "/v1/payment_intents",
      "allowed_payment_method_types[0]=card&currency=usd&amount=500",
      key,
    );
    expect(again.body.id).toBe(first.body.id);
  });

  test("other parameters or another endpoint are an idempotency_error", async () => {
    const idempotencyKey = newKey();
    const first = await t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey });
    const other = await errorOf(
      t.stripe.paymentIntents.create({ ...AUTHORISE, amount: 4300 }, { idempotencyKey }),
    );
    expect(other).toMatchObject({
      type: "StripeIdempotencyError",
      statusCode: 400,
      rawType: "idempotency_error",
    });
    const second = await t.stripe.paymentIntents.create(AUTHORISE);
    const captureKey = { idempotencyKey: newKey() };
    await t.stripe.paymentIntents.capture(first.id, {}, captureKey);
    const elsewhere = await errorOf(t.stripe.paymentIntents.capture(second.id, {}, captureKey));
    expect(elsewhere.type).toBe("StripeIdempotencyError");
    expect(await t.stripe.paymentIntents.retrieve(second.id)).toMatchObject({ status: "requires_capture" });
  });

  test("a decline and a broken rule are replayed too", async () => {
    const declinedKey = newKey();
    const decline = () =>
      errorOf(
        t.stripe.paymentIntents.create(
          { ...AUTHORISE, payment_method: "pm_card_chargeDeclined" },
          { idempotencyKey: declinedKey },
        ),
      );
    const [first, again] = [await decline(), await decline()];
    expect(again.payment_intent?.id).toBe(first.payment_intent?.id);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });

    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    const key = newKey();
    const tooMuch = () => post(`/v1/payment_intents/${held.id}/capture`, "amount_to_capture=9999", key);
    expect((await tooMuch()).status).toBe(400);
    expect((await tooMuch()).headers.get("idempotent-replayed")).toBe("true");
  });

  test("a validation failure is not kept: the key may be used again, corrected", async () => {
    const key = newKey();
    expect((await post("/v1/payment_intents", "amount=abc&currency=usd", key)).status).toBe(400);
    const corrected = await post("/v1/payment_intents", FORM, key);
    expect(corrected.status).toBe(200);
    expect(corrected.headers.get("idempotent-replayed")).toBeNull();
  });

  test("while the first is being executed, a second is a 409 and not kept", async () => {
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

  test("a request that is surely under way makes the second a 409", async () => {
    const key = newKey();
    await t.control("POST", "/_test/faults", { match: "POST /v1/payment_intents", mode: "timeout" });
    const leaving = new AbortController();
    const held = fetch(`${t.url}/v1/payment_intents`, {
      method: "POST",
      headers: { Authorization: "Bearer sk_test_local", "Idempotency-Key": key },
      body: new URLSearchParams(FORM),
      signal: leaving.signal,
    }).catch(() => null);
    // The fault is used up only once the first request is being held.
    while (((await t.control("GET", "/_test/faults")) as { faults: unknown[] }).faults.length > 0);
    expect(await post("/v1/payment_intents", FORM, key)).toMatchObject({
      status: 409,
      body: { error: { code: "idempotency_key_in_use" } },
    });
    leaving.abort();
    await held;
  });

  test("a key is forgotten after 24 hours", async () => {
    const key = newKey();
    const first = await post("/v1/payment_intents", FORM, key);
    t.advance(24 * 60 * 60 * 1000 - 5_000);
    expect((await post("/v1/payment_intents", FORM, key)).body.id).toBe(first.body.id);
    t.advance(5_000);
    const later = await post("/v1/payment_intents", FORM, key);
    expect(later.status).toBe(200);
    expect(later.body.id).not.toBe(first.body.id);
  });

  test("a key has at most 255 characters, and means nothing on a GET", async () => {
    expect((await post("/v1/payment_intents", FORM, "k".repeat(255))).status).toBe(200);
    expect((await post("/v1/payment_intents", FORM, "k".repeat(256))).status).toBe(400);
    const get = () => t.raw("GET", "/v1/balance", undefined, { "Idempotency-Key": "bkg:get" });
    await get();
    expect((await get()).headers.get("idempotent-replayed")).toBeNull();
  });
});
