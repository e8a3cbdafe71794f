import type Stripe from "stripe";
import { expect } from "vitest";
import { conforms } from "../support/cases.ts";
import { SESSION } from "./support/session.ts";
import { useStripe } from "./support/world.ts";

const t = useStripe();

const CREATE = "https://docs.stripe.com/api/checkout/sessions/create";
const EXPIRE = "https://docs.stripe.com/api/checkout/sessions/expire";
const LIST = "https://docs.stripe.com/api/checkout/sessions/list";

const create = (changes: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  t.stripe.checkout.sessions.create({ ...SESSION, ...changes });

conforms(CREATE, "a session is open and unpaid, and has an address for the buyer", async () => {
  const expires_at = Math.floor(Date.now() / 1000) + 31 * 60;
  const session = await create({
    expires_at,
    client_reference_id: "bkg_1",
    customer_email: "buyer@example.com",
    metadata: { bookingId: "bkg_1" },
  });
  expect(session).toMatchObject({
    object: "checkout.session",
    mode: "payment",
    ui_mode: "hosted_page",
    status: "open",
    payment_status: "unpaid",
    amount_subtotal: 48_250,
    amount_total: 48_250,
    currency: "eur",
    success_url: SESSION.success_url,
    cancel_url: SESSION.cancel_url,
    client_reference_id: "bkg_1",
    customer_email: "buyer@example.com",
    metadata: { bookingId: "bkg_1" },
    expires_at,
  });
  expect(session.id).toMatch(/^cs_test_/);
  expect(URL.canParse(session.url ?? "")).toBe(true);
});

conforms(
  "https://docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session",
  "there is no PaymentIntent before the buyer pays",
  async () => {
    const session = await create();
    expect(session.payment_intent).toBeNull();
    expect(await t.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_intent: null });
  },
);

conforms(CREATE, "without expires_at it lives for 24 hours", async () => {
  const session = await create();
  expect(session.expires_at - session.created).toBe(24 * 60 * 60);
});

conforms(
  "https://docs.stripe.com/api/checkout/sessions/retrieve",
  "a session is retrieved, with its line items on request",
  async () => {
    const made = await create();
    const plain = await t.stripe.checkout.sessions.retrieve(made.id);
    expect(plain).toMatchObject({ id: made.id, amount_total: 48_250 });
    expect(plain.line_items).toBeUndefined();
    const expanded = await t.stripe.checkout.sessions.retrieve(made.id, { expand: ["line_items"] });
    expect(expanded.line_items?.data).toHaveLength(2);
  },
);

conforms(
  "https://docs.stripe.com/api/checkout/sessions/line_items",
  "line items, a page at a time",
  async () => {
    const { id } = await create();
    const names: Array<string | null> = [];
    for await (const item of t.stripe.checkout.sessions.listLineItems(id, { limit: 1 })) {
      names.push(item.description);
    }
    expect(names.sort()).toEqual(["Booking fee", "La Traviata"]);
    const page = await t.stripe.checkout.sessions.listLineItems(id, { limit: 1 });
    expect(page.has_more).toBe(true);
    const [item] = (await t.stripe.checkout.sessions.listLineItems(id)).data.filter(
      ({ description }) => description === "La Traviata",
    );
    expect(item).toMatchObject({
      object: "item",
      quantity: 2,
      amount_total: 48_000,
      currency: "eur",
      price: { unit_amount: 24_000, type: "one_time" },
    });
  },
);

conforms(EXPIRE, "an expired session has no address any more, and was not paid", async () => {
  const { id } = await create();
  const expired = await t.stripe.checkout.sessions.expire(id);
  expect(expired).toMatchObject({ id, status: "expired", payment_status: "unpaid", url: null });
  expect(await t.stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: "expired", url: null });
});

conforms("https://docs.stripe.com/api/events/types", "checkout.session.expired tells of it", async () => {
  const { id } = await create({ metadata: { bookingId: "bkg_2" } });
  await t.stripe.checkout.sessions.expire(id);
  const told = await t.eventAbout("checkout.session.expired", id);
  expect(told.data.object).toMatchObject({ status: "expired", metadata: { bookingId: "bkg_2" } });
});

conforms(LIST, "sessions by status, newest first", async () => {
  const [older, newer] = [await create(), await create()];
  const other = await create();
  await t.stripe.checkout.sessions.expire(other.id);
  const listed = async (status: "open" | "expired") =>
    (await t.stripe.checkout.sessions.list({ status, limit: 100 })).data.map(({ id }) => id);
  expect((await listed("open")).filter((id) => [older.id, newer.id, other.id].includes(id))).toEqual([
    newer.id,
    older.id,
  ]);
  expect(await listed("expired")).toContain(other.id);
});

conforms(LIST, "no session belongs to a payment that was made without one", async () => {
  const intent = await t.stripe.paymentIntents.create({ amount: 500, currency: "eur" });
  const { data } = await t.stripe.checkout.sessions.list({ payment_intent: intent.id });
  expect(data).toEqual([]);
});
