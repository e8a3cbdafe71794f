import type Stripe from "stripe";
import { expect } from "vitest";
import { refuses } from "../support/cases.ts";
import { SESSION } from "./support/session.ts";
import { errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const CREATE = "https://docs.stripe.com/api/checkout/sessions/create";
const EXPIRE = "https://docs.stripe.com/api/checkout/sessions/expire";
const CURRENCIES = "https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts";

/** What is refused of a session that differs from a good one; null leaves the parameter out. */
const refused = (changes: { [P in keyof Stripe.Checkout.SessionCreateParams]?: unknown }) => {
  const params = Object.fromEntries(
    Object.entries({ ...SESSION, ...changes }).filter(([, value]) => value !== null),
  );
  return errorOf(t.stripe.checkout.sessions.create(params as Stripe.Checkout.SessionCreateParams));
};
const line = (currency: string, unit_amount: number, quantity = 1) => ({
  price_data: { currency, unit_amount, product_data: { name: "Seat" } },
  quantity,
});
const inMinutes = (minutes: number) => Math.floor(Date.now() / 1000) + minutes * 60;

refuses(CREATE, "a life of less than 30 minutes", async () => {
  expect(await refused({ expires_at: inMinutes(29) })).toMatchObject({
    statusCode: 400,
    type: "StripeInvalidRequestError",
    param: "expires_at",
  });
});

refuses(CREATE, "a life of more than 24 hours", async () => {
  expect(await refused({ expires_at: inMinutes(24 * 60 + 5) })).toMatchObject({
    statusCode: 400,
    param: "expires_at",
  });
});

refuses(CREATE, "no success_url, and none that is no address", async () => {
  expect(await refused({ success_url: null })).toMatchObject({ statusCode: 400, param: "success_url" });
  expect(await refused({ success_url: "thanks" })).toMatchObject({ statusCode: 400, code: "url_invalid" });
});

refuses(CREATE, "no line items", async () => {
  expect(await refused({ line_items: null })).toMatchObject({ statusCode: 400, param: "line_items" });
});

refuses(CREATE, "a line item without a price, and one of no pieces", async () => {
  expect(await refused({ line_items: [{ quantity: 1 }] })).toMatchObject({ statusCode: 400 });
  expect(await refused({ line_items: [line("eur", 500, 0)] })).toMatchObject({
    param: "line_items[0][quantity]",
  });
});

refuses(CREATE, "line items in two currencies", async () => {
  expect(await refused({ line_items: [line("eur", 500), line("usd", 500)] })).toMatchObject({
    statusCode: 400,
    type: "StripeInvalidRequestError",
  });
});

refuses(CREATE, "a mode that does not exist", async () => {
  expect(await refused({ mode: "gift" })).toMatchObject({ statusCode: 400, param: "mode" });
});

refuses(CREATE, "an email address that is none", async () => {
  expect(await refused({ customer_email: "buyer" })).toMatchObject({
    statusCode: 400,
    code: "email_invalid",
    param: "customer_email",
  });
});

refuses(CREATE, "a client_reference_id of more than 200 characters", async () => {
  expect(await refused({ client_reference_id: "b".repeat(201) })).toMatchObject({
    statusCode: 400,
    param: "client_reference_id",
  });
});

refuses(CURRENCIES, "a total below the currency's minimum", async () => {
  expect(await refused({ line_items: [line("eur", 49)] })).toMatchObject({
    statusCode: 400,
    code: "amount_too_small",
  });
});

refuses(CURRENCIES, "a total of more than eight digits", async () => {
  expect(await refused({ line_items: [line("eur", 50_000_000, 2)] })).toMatchObject({
    statusCode: 400,
    code: "amount_too_large",
  });
});

refuses("https://docs.stripe.com/api/checkout/sessions/retrieve", "an unknown session", async () => {
  expect(await errorOf(t.stripe.checkout.sessions.retrieve("cs_test_none"))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
  });
});

refuses(EXPIRE, "to expire a session again", async () => {
  const { id } = await t.stripe.checkout.sessions.create(SESSION);
  await t.stripe.checkout.sessions.expire(id);
  expect(await errorOf(t.stripe.checkout.sessions.expire(id))).toMatchObject({
    statusCode: 400,
    type: "StripeInvalidRequestError",
    message: expect.stringContaining('Only Checkout Sessions with a status in ["open"] can be expired.'),
  });
});

refuses("https://docs.stripe.com/api/checkout/sessions/list", "a status that does not exist", async () => {
  const params = { status: "paid" } as Stripe.Checkout.SessionListParams;
  expect(await errorOf(t.stripe.checkout.sessions.list(params))).toMatchObject({
    statusCode: 400,
    param: "status",
  });
});
