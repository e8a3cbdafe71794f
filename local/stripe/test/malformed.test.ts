import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const create = (body: string) => t.raw("POST", "/v1/payment_intents", body);

// https://docs.stripe.com/error-codes
describe("parameters", () => {
  test.each([
    ["amount=500&currency=usd&colour=red", "parameter_unknown", "colour"],
    [
      "amount=500&currency=usd&automatic_payment_methods[x]=1",
      "parameter_unknown",
      "automatic_payment_methods[x]",
    ],
    ["currency=usd", "parameter_missing", "amount"],
    ["amount=500", "parameter_missing", "currency"],
    ["amount=abc&currency=usd", "parameter_invalid_integer", "amount"],
    ["amount=10.5&currency=usd", "parameter_invalid_integer", "amount"],
    ["amount=0&currency=usd", "parameter_invalid_integer", "amount"],
    ["amount=-5&currency=usd", "parameter_invalid_integer", "amount"],
    ["amount=&currency=usd", "parameter_invalid_empty", "amount"],
    ["amount=49&currency=usd", "amount_too_small", "amount"],
    ["amount=100000000&currency=usd", "amount_too_large", "amount"],
    ["amount=500&currency=USD", undefined, "currency"],
    ["amount=500&currency=xxx", undefined, "currency"],
    ["amount=500&currency=usd&capture_method=later", undefined, "capture_method"],
    ["amount=500&currency=usd&confirm=maybe", undefined, "confirm"],
    ["amount=500&currency=usd&metadata=text", undefined, "metadata"],
    [`amount=500&currency=usd&metadata[${"k".repeat(41)}]=1`, undefined, "metadata"],
    [`amount=500&currency=usd&metadata[k]=${"v".repeat(501)}`, undefined, "metadata[k]"],
    [
      "amount=500&currency=usd&payment_method_types[]=card",
      "payment_method_types_no_longer_supported",
      "payment_method_types",
    ],
    ["amount=500&currency=usd&allowed_payment_method_types=card", undefined, "allowed_payment_method_types"],
    [
      "amount=500&currency=usd&allowed_payment_method_types[]=ideal",
      undefined,
      "allowed_payment_method_types",
    ],
    ["amount=500&currency=usd&payment_method_data=card", undefined, "payment_method_data"],
    [
      "amount=500&currency=usd&payment_method_data[type]=card",
      "parameter_missing",
      "payment_method_data[card]",
    ],
    ["amount=500&currency=usd&expand[]=customer", undefined, "expand"],
    ["amount=500&currency=usd&return_url=javascript:alert(1)&confirm=true", "url_invalid", "return_url"],
    ["amount=500&currency=usd&return_url=https://a.example", undefined, "return_url"],
  ])("%s", async (body, code, param) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ type: "invalid_request_error", param });
    expect(answer.body.error?.code).toBe(code);
  });

  test("the message of an unknown parameter names all of them", async () => {
    const answer = await create("amount=500&currency=usd&a=1&b[c]=2");
    expect(answer.body.error?.message).toBe("Received unknown parameters: a, b");
  });

  test("the largest amount, a zero-decimal currency and odd metadata are taken", async () => {
    const largest = await create(
      "amount=99999999&currency=jpy&metadata[__proto__]=x&metadata[a%5Bb]=%26%3D+%C3%A9",
    );
    expect(largest.status).toBe(400);
    const taken = await create(
      "amount=99999999&currency=jpy&metadata[__proto__]=x&metadata[a]=%26%3D+%C3%A9",
    );
    expect(taken.status).toBe(200);
    expect(taken.body.amount).toBe(99_999_999);
    expect(Object.entries(taken.body.metadata as object)).toEqual([
      ["__proto__", "x"],
      ["a", "&= é"],
    ]);
  });
});

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

  test("a JSON body is refused with Stripe's hint at the content type", async () => {
    const answer = await t.raw("POST", "/v1/payment_intents", '{"amount":500}', {
      "Content-Type": "application/json",
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toContain("application/x-www-form-urlencoded");
  });

  test("a body that is too large is a 413", async () => {
    const answer = await create(`amount=500&currency=usd&description=${"x".repeat(300_000)}`);
    expect(answer.status).toBe(413);
  });
});

describe("routes and headers", () => {
  test.each([
    ["GET", "/v1/customers"],
    ["DELETE", "/v1/payment_intents/pi_1"],
    ["POST", "/v1/payment_intents/pi_1/verify"],
    ["GET", "/v2/anything"],
  ])("%s %s is unrecognized", async (method, path) => {
    const answer = await t.raw(method, path);
    expect(answer.status).toBe(404);
    expect(answer.body.error?.message).toContain(`Unrecognized request URL (${method}: ${path})`);
  });

  test("the version is echoed and every answer has a request id", async () => {
    const answer = await t.raw("GET", "/v1/balance", undefined, { "Stripe-Version": "2026-10-28.endive" });
    expect(answer.headers.get("stripe-version")).toBe("2026-10-28.endive");
    expect(answer.headers.get("request-id")).toMatch(/^req_/);
    expect((await fetch(`${t.url}/v1/balance`)).headers.get("request-id")).toMatch(/^req_/);
  });

  test("health needs no key", async () => {
    expect((await fetch(`${t.url}/health`)).status).toBe(200);
  });
});
