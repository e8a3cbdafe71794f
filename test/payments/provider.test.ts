import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { describeProvider } from "../../workers/payments/src/core/provider.contract.ts";
import { KeySpent } from "../../workers/payments/src/core/provider.ts";
import { stripeClient, stripeProvider } from "../../workers/payments/src/stripe/stripe-provider.ts";
import { type StripeBackend, startStripeBackend } from "./support/backends.ts";
import { rigOver } from "./support/provider-rig.ts";

const RETURN_URL = "http://127.0.0.1:9/back";

let stripe: StripeBackend;
beforeAll(async () => {
  stripe = await startStripeBackend();
});
afterAll(() => stripe.close());

describeProvider("Stripe", () => rigOver(stripe, RETURN_URL));

describe("an intent at Stripe", () => {
  it("is captured by hand only, and names the booking and the payment", async () => {
    const request = { bookingId: "bkg_1", paymentId: "pay_1", amount: 5_000, currency: "EUR" };
    const { id } = (await stripeProvider(stripe.sdk(), RETURN_URL).createIntent(request, "create")) as {
      id: string;
    };
    const { bookingId, paymentId } = request;
    expect(await stripe.sdk().paymentIntents.retrieve(id)).toMatchObject({
      ...{ amount: 5_000, currency: "eur", capture_method: "manual", metadata: { bookingId, paymentId } },
    });
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
