import Stripe from "stripe";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AUTHORISE, errorOf, SECRET_KEY, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeEach(async () => {
  t = await startTestStripe();
});
afterEach(() => t.close());

const outage = (seconds: number, mode?: string) => t.control("POST", "/_test/outage", { seconds, mode });

test("error: every call is a 503 until the time is over; nothing is done, and the key is free", async () => {
  const options = { idempotencyKey: "during" };
  expect(await outage(30)).toEqual({ seconds: 30, mode: "error" });
  for (const call of [
    t.stripe.paymentIntents.create(AUTHORISE, options),
    t.stripe.balance.retrieve(),
    t.stripe.checkout.sessions.list(),
  ]) {
    expect(await errorOf(call)).toMatchObject({ type: "StripeAPIError", statusCode: 503 });
  }
  expect((await fetch(`${t.url}/c/pay/cs_test_any`)).status).toBe(503);
  expect((await fetch(`${t.url}/health`)).status).toBe(200);

  t.advance(29_000);
  expect(await errorOf(t.stripe.balance.retrieve())).toMatchObject({ statusCode: 503 });
  t.advance(1_000);
  expect(await t.control("GET", "/_test/outage")).toEqual({ seconds: 0, mode: null });
  expect((await t.stripe.paymentIntents.list()).data).toEqual([]);
  const held = await t.stripe.paymentIntents.create(AUTHORISE, options);
  expect(held.lastResponse.headers["idempotent-replayed"]).toBeUndefined();
});

test("0 seconds end it at once", async () => {
  await outage(30);
  await outage(0);
  await expect(t.stripe.balance.retrieve()).resolves.toMatchObject({ object: "balance" });
});

test("disconnect: no answer, to the API and to the page", async () => {
  await outage(30, "disconnect");
  expect(await errorOf(t.stripe.balance.retrieve())).toMatchObject({ type: "StripeConnectionError" });
  await expect(fetch(`${t.url}/c/pay/cs_test_any`)).rejects.toThrow();
});

test("timeout: no answer before the client leaves", async () => {
  await outage(30, "timeout");
  const impatient = new Stripe(SECRET_KEY, {
    host: "127.0.0.1",
    port: t.port,
    protocol: "http",
    timeout: 100,
    maxNetworkRetries: 0,
  });
  expect(await errorOf(impatient.balance.retrieve())).toMatchObject({ type: "StripeConnectionError" });
  const page = fetch(`${t.url}/c/pay/cs_test_any`, { signal: AbortSignal.timeout(100) });
  await expect(page).rejects.toThrow();
});
