import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUTHORISE, errorOf, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
/** Newest first. */
const ids: string[] = [];
let boundary = 0;

beforeAll(async () => {
  t = await startTestStripe();
  for (let i = 0; i < 25; i++) {
    if (i === 20) t.advance(3_600_000);
    const intent = await t.stripe.paymentIntents.create({ ...AUTHORISE, amount: 1000 + i });
    if (i === 20) boundary = intent.created;
    ids.unshift(intent.id);
  }
});
afterAll(() => t.close());

const idsOf = (list: Stripe.ApiList<{ id: string }>) => list.data.map((item) => item.id);

// https://docs.stripe.com/api/pagination and https://docs.stripe.com/api/pagination/auto
describe("lists", () => {
  test("ten by default, newest first", async () => {
    const page = await t.stripe.paymentIntents.list();
    expect(page).toMatchObject({ object: "list", has_more: true, url: "/v1/payment_intents" });
    expect(idsOf(page)).toEqual(ids.slice(0, 10));
  });

  test("the SDK's automatic pagination walks through all of them, each once", async () => {
    const seen: string[] = [];
    for await (const intent of t.stripe.paymentIntents.list({ limit: 7 })) seen.push(intent.id);
    expect(seen).toEqual(ids);
  });

  test("and backwards, with ending_before", async () => {
    const seen: string[] = [];
    const last = ids.at(-1) as string;
    for await (const intent of t.stripe.paymentIntents.list({ limit: 7, ending_before: last })) {
      seen.push(intent.id);
    }
    expect(seen).toEqual(ids.slice(0, -1).reverse());
  });

  test("cursors", async () => {
    const page = await t.stripe.paymentIntents.list({ limit: 3, starting_after: ids[4] as string });
    expect(idsOf(page)).toEqual(ids.slice(5, 8));
    const before = await t.stripe.paymentIntents.list({ limit: 3, ending_before: ids[4] as string });
    expect(idsOf(before)).toEqual(ids.slice(1, 4));
    expect(before.has_more).toBe(true);
    const rest = await t.stripe.paymentIntents.list({ limit: 100, starting_after: ids[20] as string });
    expect(rest).toMatchObject({ has_more: false, data: { length: 4 } });
  });

  test("created filters, as a range and as one second", async () => {
    const late = await t.stripe.paymentIntents.list({ created: { gte: boundary }, limit: 100 });
    expect(idsOf(late)).toEqual(ids.slice(0, 5));
    const early = await t.stripe.paymentIntents.list({ created: { lt: boundary }, limit: 100 });
    expect(idsOf(early)).toEqual(ids.slice(5));
    const exact = await t.stripe.paymentIntents.list({ created: boundary, limit: 100 });
    expect(idsOf(exact)).toContain(ids[4]);
  });

  test("expanding inside a list", async () => {
    const page = await t.stripe.paymentIntents.list({ limit: 2, expand: ["data.latest_charge"] });
    expect(page.data.map((intent) => (intent.latest_charge as Stripe.Charge).amount)).toEqual([1024, 1023]);
  });

  test("events, newest first, by type", async () => {
    const page = await t.stripe.events.list({ type: "payment_intent.created", limit: 2 });
    expect(page.data.map((event) => (event.data.object as { id: string }).id)).toEqual(ids.slice(0, 2));
    const one = await t.stripe.events.retrieve(page.data[0]?.id ?? "");
    expect(one.data).toEqual(page.data[0]?.data);
  });
});

describe("refused lists", () => {
  test.each([
    [{ limit: 0 }, "parameter_invalid_integer", "limit"],
    [{ limit: 101 }, "parameter_invalid_integer", "limit"],
    [{ starting_after: "pi_none" }, "resource_missing", "starting_after"],
    [{ ending_before: "pi_none" }, "resource_missing", "ending_before"],
    [{ created: { gt: -1 } }, "parameter_invalid_integer", "created[gt]"],
  ])("%j", async (params, code, param) => {
    expect(await errorOf(t.stripe.paymentIntents.list(params))).toMatchObject({
      statusCode: 400,
      code,
      param,
    });
  });

  test("both cursors; a property outside data", async () => {
    const [first, second] = ids as [string, string];
    expect(
      await errorOf(t.stripe.paymentIntents.list({ starting_after: first, ending_before: second })),
    ).toMatchObject({ code: "parameters_exclusive" });
    expect(await errorOf(t.stripe.paymentIntents.list({ expand: ["latest_charge"] }))).toMatchObject({
      param: "expand",
    });
  });
});
