import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startStripe } from "../server.ts";
import { AUTHORISE, SECRET_KEY, startTestStripe, type TestStripe } from "./harness.ts";

/** What is read off the wire, and the server's own bounds. */

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const create = (body: string) => t.raw("POST", "/v1/payment_intents", body);

describe("encoding", () => {
  test.each([
    ["broken percent-encoding", "amount=%zz&currency=usd"],
    ["bytes that are not UTF-8", "amount=500&currency=%ff"],
    ["unbalanced brackets", "amount=500&currency=usd&metadata[a=1"],
    ["a value and a hash", "amount=500&currency=usd&metadata=&metadata[a]=1"],
    ["too deep", "a[b][c][d][e][f][g]=1"],
    ["too many", "a=1&".repeat(1_001)],
  ])("%s", async (_name, body) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toMatch(/^Invalid request/);
  });

  test("an array with a name among its numbers, a currency in capitals, a nested expand", async () => {
    for (const [body, param] of [
      ["amount=500&currency=usd&allowed_payment_method_types[x]=card", "allowed_payment_method_types"],
      ["amount=500&currency=USD", "currency"],
      ["amount=500&currency=usd&allowed_payment_method_types[]=ideal", "allowed_payment_method_types"],
      ["amount=500&currency=usd&expand[]=customer", "expand"],
    ] as const) {
      expect(await create(body)).toMatchObject({ status: 400, body: { error: { param } } });
    }
  });

  test("a body that is too large is a 413", async () => {
    const answer = await create(`amount=500&currency=usd&description=${"x".repeat(300_000)}`);
    expect(answer.status).toBe(413);
  });

  test("the order of the parameters does not matter to a key", async () => {
    const headers = { "Idempotency-Key": "order" };
    const form = "amount=500&currency=usd&allowed_payment_method_types[]=card";
    const first = await t.raw("POST", "/v1/payment_intents", form, headers);
    const other = "allowed_payment_method_types[0]=card&currency=usd&amount=500";
    const again = await t.raw("POST", "/v1/payment_intents", other, headers);
    expect(again.body.id).toBe(first.body.id);
  });
});

test("controls that are no JSON, or unknown, are refused; a body of another type is not read", async () => {
  const json = { "Content-Type": "application/json" };
  const broken = await fetch(`${t.url}/_test/latency`, { method: "POST", headers: json, body: "{" });
  expect(broken.status).toBe(400);
  const unknown = await fetch(`${t.url}/_test/nothing`);
  expect(unknown.status).toBe(404);
  expect((await fetch(`${t.url}/_test/authenticate/elsewhere`)).status).toBe(404);
});

test("a page's body that is too large is a 413, one that is no form a 400", async () => {
  const post = (body: string) => fetch(`${t.url}/c/pay/cs_test_none`, { method: "POST", body });
  expect((await post("x".repeat(300_000))).status).toBe(413);
  expect((await post("number=%zz")).status).toBe(400);
});

test("a port that is taken is an error, and leaves the data as they are", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "stripe-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const options = {
    dataDir,
    secretKey: SECRET_KEY,
    webhookUrl: "http://127.0.0.1:9/",
    webhookSecret: "whsec_local",
    clock: () => Date.now(),
  };
  await expect(startStripe({ ...options, port: t.port })).rejects.toThrow(/EADDRINUSE/);
  const server = await startStripe({ ...options, port: 0 });
  await server.close();
});

test("health needs no key", async () => {
  expect((await fetch(`${t.url}/health`)).status).toBe(200);
});

// https://docs.stripe.com/api/balance
test("the balance is what was captured less what was refunded", async () => {
  const sum = async () => {
    const balance = await t.stripe.balance.retrieve();
    return balance.available.find((entry) => entry.currency === "eur")?.amount ?? 0;
  };
  const before = await sum();
  const paid = await t.stripe.paymentIntents.create({ ...AUTHORISE, capture_method: "automatic" });
  const held = await t.stripe.paymentIntents.create(AUTHORISE);
  await t.stripe.paymentIntents.cancel(held.id);
  await t.stripe.refunds.create({ payment_intent: paid.id, amount: 200 });
  expect((await sum()) - before).toBe(4000);
});

test("line items are paged in both directions", async () => {
  const { id } = await t.stripe.checkout.sessions.create({
    mode: "payment",
    success_url: "https://tickets.example/ok",
    line_items: Array.from({ length: 12 }, (_, seat) => ({
      price_data: { currency: "eur", unit_amount: 500, product_data: { name: `Seat ${seat}` } },
      quantity: 1,
    })),
  });
  const lines = (params: object) => t.stripe.checkout.sessions.listLineItems(id, params);
  const all = (await lines({ limit: 100 })).data;
  expect(all.map((line) => line.description)).toEqual(all.map((_, seat) => `Seat ${seat}`));
  const session = await t.stripe.checkout.sessions.retrieve(id, { expand: ["line_items"] });
  expect(session.line_items).toMatchObject({ has_more: true, data: { length: 10 } });
  const before = await lines({ limit: 2, ending_before: all[4]?.id });
  expect(before).toMatchObject({ has_more: true, data: [{ id: all[2]?.id }, { id: all[3]?.id }] });
  const last = await lines({ limit: 5, starting_after: all[9]?.id });
  expect(last).toMatchObject({ has_more: false, data: { length: 2 } });
});
