import Stripe from "stripe";
import { beforeAll, expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, UNPAID, useStripe } from "./support/world.ts";

const t = useStripe();

const PAGINATION = "https://docs.stripe.com/api/pagination";
const AUTOMATIC = "https://docs.stripe.com/api/pagination/auto";
const LIST = "https://docs.stripe.com/api/payment_intents/list";
const EXPAND = "https://docs.stripe.com/api/expanding_objects";

/** 25 refunds of one payment, newest first: a list that nobody else changes. */
const ids: string[] = [];
let payment_intent = "";

beforeAll(async () => {
  const paid = await t.stripe.paymentIntents.create({ ...AUTHORISE, capture_method: "automatic" });
  payment_intent = paid.id;
  for (let i = 0; i < 25; i++) {
    ids.unshift((await t.stripe.refunds.create({ payment_intent, amount: 1 + i })).id);
  }
});

const list = (params: Stripe.RefundListParams = {}) => t.stripe.refunds.list({ payment_intent, ...params });
const idsOf = (page: Stripe.ApiList<{ id: string }>) => page.data.map((item) => item.id);

conforms(PAGINATION, "ten by default, newest first", async () => {
  const page = await list();
  expect(page).toMatchObject({ object: "list", has_more: true, url: "/v1/refunds" });
  expect(idsOf(page)).toEqual(ids.slice(0, 10));
});

conforms(AUTOMATIC, "the SDK walks through all of them, each once", async () => {
  const seen: string[] = [];
  for await (const refund of list({ limit: 7 })) seen.push(refund.id);
  expect(seen).toEqual(ids);
});

conforms(AUTOMATIC, "and backwards, with ending_before", async () => {
  const seen: string[] = [];
  for await (const refund of list({ limit: 7, ending_before: ids.at(-1) as string })) seen.push(refund.id);
  expect(seen).toEqual(ids.slice(0, -1).reverse());
});

conforms(PAGINATION, "starting_after and ending_before are cursors", async () => {
  const after = await list({ limit: 3, starting_after: ids[4] as string });
  expect(idsOf(after)).toEqual(ids.slice(5, 8));
  const before = await list({ limit: 3, ending_before: ids[4] as string });
  expect(idsOf(before)).toEqual(ids.slice(1, 4));
  expect(before.has_more).toBe(true);
  const rest = await list({ limit: 100, starting_after: ids[20] as string });
  expect(rest).toMatchObject({ has_more: false, data: { length: 4 } });
});

conforms(LIST, "payments of a time are paged through, each once", async () => {
  const made: string[] = [];
  for (let i = 0; i < 6; i++) made.unshift((await t.stripe.paymentIntents.create(UNPAID)).id);
  const [last, first] = await Promise.all(
    [made[0], made.at(-1)].map((id) => t.stripe.paymentIntents.retrieve(id as string)),
  );
  const created = { gte: first?.created ?? 0, lte: last?.created ?? 0 };
  const seen: string[] = [];
  for await (const intent of t.stripe.paymentIntents.list({ created, limit: 2 })) seen.push(intent.id);
  expect(seen.filter((id) => made.includes(id))).toEqual(made);
});

conforms(LIST, "a payment is outside a time that begins after it, and in its own second", async () => {
  const { id, created } = await t.stripe.paymentIntents.create(UNPAID);
  const within = async (bounds: Stripe.RangeQueryParam | number) =>
    idsOf(await t.stripe.paymentIntents.list({ created: bounds, limit: 100 })).includes(id);
  expect(await within({ gt: created })).toBe(false);
  expect(await within({ lt: created })).toBe(false);
  expect(await within({ gte: created })).toBe(true);
  expect(await within(created)).toBe(true);
});

conforms(EXPAND, "a property of every listed object is expanded", async () => {
  const page = await list({ limit: 2, expand: ["data.payment_intent.latest_charge"] });
  const charges = page.data.map((refund) => (refund.payment_intent as Stripe.PaymentIntent).latest_charge);
  expect(charges).toEqual([
    expect.objectContaining({ amount: 4200 }),
    expect.objectContaining({ amount: 4200 }),
  ]);
});

conforms("https://docs.stripe.com/api/events/list", "events by type, and one by its id", async () => {
  const { id } = await t.stripe.paymentIntents.create(UNPAID);
  const event = await t.eventAbout("payment_intent.created", id);
  const one = await t.stripe.events.retrieve(event.id);
  expect(one).toMatchObject({ object: "event", api_version: Stripe.API_VERSION, data: { object: { id } } });
});

refuses.each(
  PAGINATION,
  [
    [{ limit: 0 }, "parameter_invalid_integer", "limit"],
    [{ limit: 101 }, "parameter_invalid_integer", "limit"],
    [{ starting_after: "pi_none" }, "resource_missing", "starting_after"],
    [{ ending_before: "pi_none" }, "resource_missing", "ending_before"],
  ] as const,
  ([params]) => JSON.stringify(params),
  async ([params, code, param]) => {
    expect(await errorOf(t.stripe.paymentIntents.list(params))).toMatchObject({
      statusCode: 400,
      code,
      param,
    });
  },
);

refuses(PAGINATION, "both cursors at once", async () => {
  const [starting_after, ending_before] = ids as [string, string];
  expect(await errorOf(list({ starting_after, ending_before }))).toMatchObject({ statusCode: 400 });
});

refuses(EXPAND, "expanding a list's property outside data, and more than four levels", async () => {
  expect(await errorOf(list({ expand: ["payment_intent"] }))).toMatchObject({ statusCode: 400 });
  const deep = "data.charge.payment_intent.latest_charge.payment_intent";
  expect(await errorOf(list({ expand: [deep] }))).toMatchObject({ statusCode: 400 });
});
