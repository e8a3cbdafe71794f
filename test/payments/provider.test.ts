import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { KeySpent, type PaymentProvider } from "../../workers/payments/src/core/provider.ts";
import { stripeClient, stripeProvider } from "../../workers/payments/src/stripe/stripe-provider.ts";
import { type StripeBackend, startStripeBackend } from "./support/backends.ts";

const RETURN_URL = "http://127.0.0.1:9/back";

let stripe: StripeBackend;
let provider: PaymentProvider;
beforeAll(async () => {
  stripe = await startStripeBackend();
  provider = stripeProvider(stripe.sdk(), RETURN_URL);
});
beforeEach(() => stripe.heal());
afterAll(() => stripe.close());

let count = 0;
const request = () => {
  const bookingId = `bkg_${++count}`;
  return { bookingId, paymentId: "pay_1", amount: 5_000, currency: "EUR" };
};
const create = async () => {
  const made = await provider.createIntent(request(), `create:${count}`);
  if (made.status === "refused") throw new Error(made.failure);
  return { ...made, id: made.id! };
};

describe("the Stripe provider", () => {
  it("authorises first and takes the money by a second call, with the booking in the metadata", async () => {
    const { id } = await create();
    const bookingId = `bkg_${count}`;
    expect(await provider.confirm(id, "pm_card_visa", `confirm:${count}`)).toMatchObject({
      status: "requires_capture",
      amountReceived: 0,
    });
    expect(await provider.capture(id, 5_000, `capture:${count}`)).toMatchObject({
      status: "succeeded",
      amountReceived: 5_000,
    });
    expect(await stripe.sdk().paymentIntents.retrieve(id)).toMatchObject({
      capture_method: "manual",
      metadata: { bookingId, paymentId: "pay_1" },
    });
  });

  it("repeats a call with its key instead of making it again", async () => {
    const [one, again] = [request(), "create:again"];
    const first = await provider.createIntent(one, again);
    expect(await provider.createIntent(one, again)).toEqual(first);
  });

  it("answers a decline as an intent with the card's code", async () => {
    const { id } = await create();
    expect(await provider.confirm(id, "pm_card_chargeDeclinedLostCard", `confirm:${count}`)).toMatchObject({
      status: "requires_payment_method",
      failure: "lost_card",
    });
  });

  it("answers with the intent as it is where its state forbids the call, and with no failure of the card", async () => {
    const { id } = await create();
    await provider.cancel(id, `cancel:${count}`);
    const canceled = { status: "canceled", failure: null };
    expect(await provider.confirm(id, "pm_card_visa", `confirm:${count}`)).toMatchObject(canceled);
    expect(await provider.capture(id, 5_000, `capture:${count}`)).toMatchObject(canceled);
    expect(await provider.cancel(id, `cancel-again:${count}`)).toMatchObject(canceled);
  });

  it("takes an intent that Stripe does not know for one that was given up", async () => {
    for (const call of [
      provider.retrieve("pi_unknown"),
      provider.capture("pi_unknown", 5_000, "capture:unknown"),
      provider.cancel("pi_unknown", "cancel:unknown"),
      provider.confirm("pi_unknown", "pm_card_visa", "confirm:unknown"),
    ]) {
      expect(await call).toMatchObject({ id: "pi_unknown", status: "canceled" });
    }
  });

  it("says why Stripe will not make an intent", async () => {
    const small = { ...request(), amount: 1 };
    expect(await provider.createIntent(small, "create:small")).toEqual({
      status: "refused",
      failure: "amount_too_small",
    });
  });

  // https://docs.stripe.com/api/idempotent_requests
  it("says that a key is spent when Stripe will answer it with a stored failure", async () => {
    await stripe.fault("POST /v1/payment_intents", "error_after");
    const one = request();
    await expect(provider.createIntent(one, "create:spent")).rejects.toThrow(KeySpent);
    await expect(provider.createIntent(one, "create:spent")).rejects.toThrow(KeySpent);
    await expect(provider.createIntent({ ...one, amount: 9_000 }, "create:spent")).rejects.toThrow(KeySpent);
    expect(await provider.createIntent(one, "create:spent:2")).toMatchObject({ failure: null });
  });

  it.each(["rate_limit", "disconnect_after"])("keeps the key where %s leaves it usable", async (mode) => {
    await stripe.fault("POST /v1/payment_intents", mode);
    const one = request();
    const failure = await provider.createIntent(one, `create:${mode}`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).not.toBeInstanceOf(KeySpent);
    expect(await provider.createIntent(one, `create:${mode}`)).toMatchObject({ failure: null });
  });
});

describe("what is nobody's fault but ours or Stripe's", () => {
  // 409: another call with the key is under way. https://docs.stripe.com/error-low-level
  it.each([401, 403, 409, 429])("is an outage, not a decline: %i", async (status) => {
    const server = createServer((_, response) => {
      const error = { type: "invalid_request_error", code: "some_code", message: "no" };
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ error }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refusing = stripeProvider(stripeClient({ secretKey: "sk_test_1", apiBase }), RETURN_URL);
    const failure = await refusing.capture("pi_1", 1, "key").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).not.toBeInstanceOf(KeySpent);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  it("is an outage where nobody answers", async () => {
    const nobody = stripeProvider(
      stripeClient({ secretKey: "sk_test_1", apiBase: "http://127.0.0.1:9" }),
      RETURN_URL,
    );
    await expect(nobody.retrieve("pi_1")).rejects.toThrow(Unavailable);
  });
});

describe("stripeClient", () => {
  it("talks to Stripe itself where it is told of no other address", () => {
    expect(stripeClient({ secretKey: "sk_test_1" }).getApiField("host")).toBe(
      new Stripe("sk_test_1").getApiField("host"),
    );
  });
});
