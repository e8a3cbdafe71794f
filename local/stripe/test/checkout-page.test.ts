import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const SUCCESS = "https://tickets.example/ok?session={CHECKOUT_SESSION_ID}";
const CANCEL = "https://tickets.example/cancelled";
const BUYER = { email: "buyer@example.com", name: "A Buyer", expiry: "12 / 34", cvc: "123" };

const create = (changes: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  t.stripe.checkout.sessions.create({
    mode: "payment",
    success_url: SUCCESS,
    cancel_url: CANCEL,
    line_items: [
      {
        price_data: { currency: "eur", unit_amount: 2100, product_data: { name: "Tosca <b>&" } },
        quantity: 2,
      },
    ],
    payment_intent_data: { capture_method: "manual", metadata: { bookingId: "bkg_1" } },
    ...changes,
  });

/** What a browser does with the form, without following where it leads. */
const submit = (url: string | null, fields: Record<string, string>) =>
  fetch(url ?? "", { method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
const pay = (url: string | null, number: string) => submit(url, { ...BUYER, number });
const retrieve = (id: string) =>
  t.stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] }) as Promise<
    Stripe.Checkout.Session & { payment_intent: Stripe.PaymentIntent | null }
  >;
const leadsTo = (answer: Response) => answer.headers.get("location");
const back = (id: string) => SUCCESS.replace("{CHECKOUT_SESSION_ID}", id);

// https://docs.stripe.com/payments/checkout/how-checkout-works
describe("paying on the page", () => {
  test("the form shows what is bought, as text, and where to go back to", async () => {
    const session = await create();
    const shown = await fetch(session.url ?? "");
    expect(shown.headers.get("content-type")).toContain("text/html");
    expect(shown.headers.get("cache-control")).toBe("no-store");
    const html = await shown.text();
    expect(html).toContain("Tosca &lt;b&gt;&amp;");
    expect(html).not.toContain("Tosca <b>");
    expect(html).toContain("42.00 EUR");
    expect(html).toContain(`href="${CANCEL}"`);
    for (const name of ["email", "number", "expiry", "cvc", "name"]) {
      expect(html).toContain(`<label for="${name}">`);
    }
    expect((await retrieve(session.id)).payment_intent).toBeNull();
  });

  test("a good card: authorised, back to the merchant, and told of", async () => {
    const session = await create();
    const answer = await pay(session.url, "4242 4242 4242 4242");
    expect(answer.status).toBe(303);
    expect(leadsTo(answer)).toBe(back(session.id));
    const paid = await retrieve(session.id);
    expect(paid).toMatchObject({
      status: "complete",
      payment_status: "unpaid",
      url: null,
      customer_details: { email: BUYER.email, name: BUYER.name },
      payment_intent: {
        status: "requires_capture",
        amount: 4200,
        capture_method: "manual",
        metadata: { bookingId: "bkg_1" },
      },
    });
    const told = await t.receiver.until((event) => event.type === "checkout.session.completed");
    expect(told.data.object).toMatchObject({ id: session.id, payment_intent: paid.payment_intent?.id });
    await t.stripe.paymentIntents.capture(paid.payment_intent?.id ?? "");
    expect(await retrieve(session.id)).toMatchObject({ payment_status: "paid" });
    const listed = await t.stripe.checkout.sessions.list({
      payment_intent: paid.payment_intent?.id ?? "",
    });
    expect(listed.data.map(({ id }) => id)).toEqual([session.id]);
  });

  test("a decline is shown and is not final: the same intent is paid with another card", async () => {
    const session = await create({ customer_email: "given@example.com" });
    const declined = await pay(session.url, "4000000000009995");
    expect(declined.status).toBe(402);
    const html = await declined.text();
    expect(html).toContain('role="alert"');
    expect(html).toContain("insufficient funds");
    expect(html).toContain('name="number" value=""');
    expect(html).toContain('value="A Buyer"');
    const open = await retrieve(session.id);
    expect(open).toMatchObject({
      status: "open",
      payment_intent: {
        status: "requires_payment_method",
        last_payment_error: { decline_code: "insufficient_funds" },
      },
    });
    await t.receiver.until(
      (event) =>
        event.type === "payment_intent.payment_failed" && event.data.object.id === open.payment_intent?.id,
    );
    expect(await (await fetch(session.url ?? "")).text()).toContain("insufficient funds");

    expect(leadsTo(await pay(session.url, "4242424242424242"))).toBe(back(session.id));
    const paid = await retrieve(session.id);
    expect(paid).toMatchObject({ status: "complete", customer_details: { email: "given@example.com" } });
    expect(paid.payment_intent).toMatchObject({
      id: open.payment_intent?.id,
      status: "requires_capture",
      last_payment_error: null,
    });
  });

  test("automatic capture is paid at once", async () => {
    const session = await create({ payment_intent_data: {} });
    await pay(session.url, "5555555555554444");
    expect(await retrieve(session.id)).toMatchObject({ status: "complete", payment_status: "paid" });
  });

  test("what was typed wrongly is told at each field, and nothing is charged", async () => {
    const session = await create();
    const answer = await submit(session.url, { email: "buyer", number: "4242", expiry: "01/20", cvc: "" });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(5);
    expect(html).toContain("card number is invalid");
    expect((await pay(session.url, "4111111111111111")).status).toBe(422);
    expect((await retrieve(session.id)).payment_intent).toBeNull();
  });
});

// https://docs.stripe.com/payments/3d-secure/authentication-flow
describe("3D Secure on the page", () => {
  const bank = async (url: string | null, number: string) => {
    const asked = await pay(url, number);
    expect(asked.status).toBe(303);
    return new URL(leadsTo(asked) ?? "", t.url).href;
  };

  test.each(["4000002500003155", "4000002760003184"])("%s: the bank's page, then done", async (number) => {
    const session = await create();
    const page = await bank(session.url, number);
    expect(await retrieve(session.id)).toMatchObject({
      status: "open",
      payment_intent: { status: "requires_action" },
    });
    expect(leadsTo(await submit(page, { outcome: "complete" }))).toBe(back(session.id));
    expect(await retrieve(session.id)).toMatchObject({
      status: "complete",
      payment_intent: { status: "requires_capture" },
    });
  });

  test("a failed authentication leads back to the form, which says so; another card pays", async () => {
    const session = await create();
    const page = await bank(session.url, "4000002500003155");
    const failed = await submit(page, { outcome: "fail" });
    expect(leadsTo(failed)).toBe(session.url);
    expect(await (await fetch(session.url ?? "")).text()).toContain("could not confirm this payment");
    expect(leadsTo(await pay(session.url, "4242424242424242"))).toBe(back(session.id));
  });

  test("another card ends the authentication under way", async () => {
    const session = await create();
    const page = await bank(session.url, "4000002500003155");
    await pay(session.url, "4242424242424242");
    expect((await submit(page, { outcome: "complete" })).status).toBe(410);
  });

  test("a session that expires meanwhile takes the authentication with it", async () => {
    const session = await create();
    const page = await bank(session.url, "4000002500003155");
    const { payment_intent } = await retrieve(session.id);
    await t.stripe.checkout.sessions.expire(session.id);
    expect((await submit(page, { outcome: "complete" })).status).toBe(410);
    expect(await t.stripe.paymentIntents.retrieve(payment_intent?.id ?? "")).toMatchObject({
      status: "canceled",
    });
  });
});

describe("a session that is over", () => {
  test("complete: the page says so, and a second submission pays nothing more", async () => {
    const session = await create();
    await pay(session.url, "4242424242424242");
    expect(await (await fetch(session.url ?? "")).text()).toContain("all done");
    expect(leadsTo(await pay(session.url, "4242424242424242"))).toBe(back(session.id));
    const { payment_intent } = await retrieve(session.id);
    const charges = await t.stripe.charges.list({ payment_intent: payment_intent?.id ?? "" });
    expect(charges.data).toHaveLength(1);
    const error = await errorOf(t.stripe.checkout.sessions.expire(session.id));
    expect(error.message).toContain("status of `complete`");
  });

  test("two submissions at once charge once", async () => {
    const session = await create();
    const answers = await Promise.all([
      pay(session.url, "4242424242424242"),
      pay(session.url, "4242424242424242"),
    ]);
    expect(answers.map(leadsTo)).toEqual([back(session.id), back(session.id)]);
    const { payment_intent } = await retrieve(session.id);
    const charges = await t.stripe.charges.list({ payment_intent: payment_intent?.id ?? "" });
    expect(charges.data).toHaveLength(1);
  });

  test("expired on request: it cannot be paid, and what was declined is cancelled", async () => {
    const session = await create();
    await pay(session.url, "4000000000000002");
    const { payment_intent } = await retrieve(session.id);
    await t.stripe.checkout.sessions.expire(session.id);
    const answer = await pay(session.url, "4242424242424242");
    expect(answer.status).toBe(410);
    expect(await answer.text()).toContain(`href="${CANCEL}"`);
    expect(await retrieve(session.id)).toMatchObject({
      status: "expired",
      payment_intent: { id: payment_intent?.id, status: "canceled" },
    });
  });

  test("an unknown session is a 404 page, another method a 405", async () => {
    expect((await fetch(`${t.url}/c/pay/cs_test_none`)).status).toBe(404);
    expect((await fetch(`${t.url}/c/pay/elsewhere`)).status).toBe(404);
    const { url } = await create();
    expect((await fetch(url ?? "", { method: "PUT" })).status).toBe(405);
  });
});

// https://docs.stripe.com/api/payment_intents/cancel: expire the session instead.
describe("the intent of an open session", () => {
  test("is not confirmed, changed or cancelled by its own endpoints; once complete it is", async () => {
    const session = await create();
    await pay(session.url, "4000000000000002");
    const id = (await retrieve(session.id)).payment_intent?.id ?? "";
    for (const attempt of [
      t.stripe.paymentIntents.cancel(id),
      t.stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" }),
      t.stripe.paymentIntents.update(id, { amount: 100 }),
    ]) {
      expect(await errorOf(attempt)).toMatchObject({
        statusCode: 400,
        message: "You cannot perform this action on PaymentIntents created by Checkout.",
      });
    }
    await pay(session.url, "4242424242424242");
    expect(await t.stripe.paymentIntents.cancel(id)).toMatchObject({ status: "canceled" });
    expect(await retrieve(session.id)).toMatchObject({ status: "complete", payment_status: "unpaid" });
  });
});
