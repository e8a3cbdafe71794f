import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AUTHORISE, errorOf, SECRET_KEY, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterEach(() => t.control("DELETE", "/_test/faults"));
afterAll(() => t.close());

const CAPTURE = "POST /v1/payment_intents/*/capture";
const fault = (mode: string, match = CAPTURE, times = 1) =>
  t.control("POST", "/_test/faults", { match, mode, times });
const statusOf = async (id: string) => (await t.stripe.paymentIntents.retrieve(id)).status;

/** https://docs.stripe.com/error-low-level: which answers may be retried, and what their keys replay. */
describe("faults", () => {
  test("error_before: nothing happened, and the same key executes afterwards", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await fault("error_before");
    const options = { idempotencyKey: "before" };
    const error = await errorOf(t.stripe.paymentIntents.capture(held.id, {}, options));
    expect(error).toMatchObject({ type: "StripeAPIError", statusCode: 500 });
    expect(await statusOf(held.id)).toBe("requires_capture");
    const captured = await t.stripe.paymentIntents.capture(held.id, {}, options);
    expect(captured.status).toBe("succeeded");
  });

  test("error_after: it happened, and the key replays the 500", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await fault("error_after");
    const capture = () => errorOf(t.stripe.paymentIntents.capture(held.id, {}, { idempotencyKey: "after" }));
    expect(await capture()).toMatchObject({ statusCode: 500, headers: { "stripe-should-retry": "false" } });
    expect(await statusOf(held.id)).toBe("succeeded");
    expect(await capture()).toMatchObject({ statusCode: 500, headers: { "idempotent-replayed": "true" } });
  });

  test("disconnect_after: it happened, and the SDK's own retry with the same key gets the answer", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await fault("disconnect_after");
    const captured = await t.stripe.paymentIntents.capture(held.id, {}, { idempotencyKey: "cut" });
    expect(captured.lastResponse.headers["idempotent-replayed"]).toBe("true");
    expect(captured.status).toBe("succeeded");
    const events = await t.stripe.events.list({ type: "charge.captured" });
    expect(
      events.data.filter((e) => (e.data.object as Stripe.Charge).payment_intent === held.id),
    ).toHaveLength(1);
  });

  test("timeout: no answer, and nothing happened", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await fault("timeout");
    const impatient = new Stripe(SECRET_KEY, {
      host: "127.0.0.1",
      port: t.port,
      protocol: "http",
      timeout: 100,
      maxNetworkRetries: 0,
    });
    const error = await errorOf(impatient.paymentIntents.capture(held.id));
    expect(error.type).toBe("StripeConnectionError");
    expect(await statusOf(held.id)).toBe("requires_capture");
  });

  test("rate_limit: a 429, as often as was asked for, for the matching route alone", async () => {
    const held = await t.stripe.paymentIntents.create(AUTHORISE);
    await fault("rate_limit", CAPTURE, 2);
    expect(await statusOf(held.id)).toBe("requires_capture");
    for (let i = 0; i < 2; i++) {
      const error = await errorOf(t.stripe.paymentIntents.capture(held.id));
      expect(error).toMatchObject({ type: "StripeRateLimitError", code: "rate_limit" });
    }
    expect((await t.stripe.paymentIntents.capture(held.id)).status).toBe("succeeded");
  });

  test("faults can be taken back", async () => {
    await fault("error_before", "GET /v1/balance", 100);
    await t.control("DELETE", "/_test/faults");
    await t.stripe.balance.retrieve();
  });

  test("latency is added to every call", async () => {
    await t.control("POST", "/_test/latency", { ms: 60 });
    const begun = performance.now();
    await t.stripe.balance.retrieve();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(55);
    await t.control("POST", "/_test/latency", { ms: 0 });
  });

  test("timeout: while a request is surely under way, its key is a 409 for another", async () => {
    await fault("timeout", "POST /v1/payment_intents");
    const leaving = new AbortController();
    const body = "amount=500&currency=usd&allowed_payment_method_types[]=card";
    const held = fetch(`${t.url}/v1/payment_intents`, {
      method: "POST",
      headers: { Authorization: `Bearer ${SECRET_KEY}`, "Idempotency-Key": "under-way" },
      body: new URLSearchParams(body),
      signal: leaving.signal,
    }).catch(() => null);
    // The fault is used up only once the first request is being held.
    await expect.poll(() => t.control("GET", "/_test/faults"), { interval: 5 }).toEqual({ faults: [] });
    const second = await t.raw("POST", "/v1/payment_intents", body, { "Idempotency-Key": "under-way" });
    expect(second).toMatchObject({ status: 409, body: { error: { code: "idempotency_key_in_use" } } });
    leaving.abort();
    await held;
  });

  test.each([
    ["/_test/faults", { match: "everything", mode: "timeout" }],
    ["/_test/faults", { match: CAPTURE, mode: "explode" }],
    ["/_test/faults", { match: CAPTURE, mode: "timeout", times: 0 }],
    ["/_test/latency", { ms: -1 }],
    ["/_test/latency", { ms: 30_001 }],
    ["/_test/webhooks", { paused: "yes" }],
    ["/_test/outage", { seconds: 3_601 }],
    ["/_test/outage", { seconds: 1, mode: "maintenance" }],
    ["/_test/nothing", {}],
  ])("%s %j is refused", async (path, body) => {
    await expect(t.control("POST", path, body)).rejects.toThrow();
  });

  test("at most 100 faults; a body that is not JSON by its type is not read", async () => {
    for (let i = 0; i < 100; i++) await fault("rate_limit", "GET /v1/nothing");
    await expect(fault("rate_limit")).rejects.toThrow(/at most 100/);
    const plain = await fetch(`${t.url}/_test/latency`, { method: "POST", body: '{"ms":5}' });
    expect(plain.status).toBe(400);
  });
});
