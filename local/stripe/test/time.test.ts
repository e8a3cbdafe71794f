import { afterEach, beforeEach, expect, test } from "vitest";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe } from "./harness.ts";

/** What time alone brings about; the clock is the server's own. */

let t: TestStripe;
beforeEach(async () => {
  t = await startTestStripe();
});
afterEach(() => t.close());

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const openSession = (minutes: number) =>
  t.stripe.checkout.sessions.create({
    mode: "payment",
    success_url: "https://tickets.example/ok",
    expires_at: Math.ceil(Date.now() / 1000) + minutes * 60,
    line_items: [
      { price_data: { currency: "eur", unit_amount: 4200, product_data: { name: "Seat" } }, quantity: 1 },
    ],
  });

// https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: an online card authorisation lasts 7 days.
test("an authorisation lapses after 7 days, judged at use", async () => {
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  t.advance(7 * DAY_MS - MINUTE_MS);
  expect(await t.stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: "requires_capture" });
  t.advance(MINUTE_MS);
  expect(await errorOf(t.stripe.paymentIntents.capture(held.id))).toMatchObject({
    code: "payment_intent_unexpected_state",
    payment_intent: { status: "canceled", cancellation_reason: "automatic" },
  });
});

// https://docs.stripe.com/api/idempotent_requests
test("a key is forgotten after 24 hours", async () => {
  const create = () => t.stripe.paymentIntents.create(AUTHORISE, { idempotencyKey: "bkg_1:authorise:1" });
  const first = await create();
  t.advance(DAY_MS - MINUTE_MS);
  expect((await create()).id).toBe(first.id);
  t.advance(MINUTE_MS);
  expect((await create()).id).not.toBe(first.id);
});

// https://docs.stripe.com/api/checkout/sessions/create
test("a session expires at its time: it is not paid in that second, and told of without anybody asking", async () => {
  const session = await openSession(31);
  t.advance(30 * MINUTE_MS);
  expect((await fetch(session.url ?? "")).status).toBe(200);
  t.advance(MINUTE_MS + 1_000);
  const event = await t.receiver.until(({ type }) => type === "checkout.session.expired");
  expect(event).toMatchObject({ request: { id: null }, data: { object: { id: session.id } } });
  const paid = await fetch(session.url ?? "", {
    method: "POST",
    body: new URLSearchParams({
      email: "buyer@example.com",
      name: "A Buyer",
      number: "4242424242424242",
      expiry: "12/34",
      cvc: "123",
    }),
  });
  expect(paid.status).toBe(410);
  expect(await t.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    status: "expired",
    payment_intent: null,
  });
});

test("judged at use: an expiry that no sweep has seen holds for the page and the API", async () => {
  const session = await openSession(30.5);
  t.advance(31 * MINUTE_MS);
  const [page, read, expire] = await Promise.all([
    fetch(session.url ?? ""),
    t.stripe.checkout.sessions.retrieve(session.id),
    errorOf(t.stripe.checkout.sessions.expire(session.id)),
  ]);
  expect(page.status).toBe(410);
  expect(read.status).toBe("expired");
  expect(expire.message).toContain("status of `expired`");
});
