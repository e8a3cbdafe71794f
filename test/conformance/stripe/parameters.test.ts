import Stripe from "stripe";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { useStripe } from "./support/world.ts";

const t = useStripe();

const ERROR_CODES = "https://docs.stripe.com/error-codes";
const CREATE = "https://docs.stripe.com/api/payment_intents/create";
const METADATA = "https://docs.stripe.com/api/metadata";
const AMOUNTS = "https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts";

const create = (body: string) => t.raw("POST", "/v1/payment_intents", body);

type Row = readonly [body: string, code: string | undefined, param: string];
const body = ([text]: Row) => text.slice(0, 100);
const isRefused = async ([text, code, param]: Row) => {
  const answer = await create(text);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ type: "invalid_request_error", param });
  expect(answer.body.error?.code).toBe(code);
};

refuses.each<Row>(
  ERROR_CODES,
  [
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
    ["amount=500&currency=usd&return_url=javascript:alert(1)&confirm=true", "url_invalid", "return_url"],
    [
      "amount=500&currency=usd&payment_method_data[type]=card",
      "parameter_missing",
      "payment_method_data[card]",
    ],
  ],
  body,
  isRefused,
);

refuses.each<Row>(
  AMOUNTS,
  [
    ["amount=49&currency=usd", "amount_too_small", "amount"],
    ["amount=100000000&currency=usd", "amount_too_large", "amount"],
  ],
  body,
  isRefused,
);

refuses.each<Row>(
  CREATE,
  [
    ["amount=500&currency=xxx", undefined, "currency"],
    ["amount=500&currency=usd&capture_method=later", undefined, "capture_method"],
    ["amount=500&currency=usd&confirm=maybe", undefined, "confirm"],
    ["amount=500&currency=usd&allowed_payment_method_types=card", undefined, "allowed_payment_method_types"],
    ["amount=500&currency=usd&payment_method_data=card", undefined, "payment_method_data"],
    ["amount=500&currency=usd&return_url=https://a.example", undefined, "return_url"],
    [
      "amount=500&currency=usd&allowed_payment_method_types[]=card&automatic_payment_methods[enabled]=true",
      "parameters_exclusive",
      "allowed_payment_method_types",
    ],
    [
      "amount=500&currency=usd&payment_method=pm_card_visa&payment_method_data[type]=card&payment_method_data[card][token]=tok_visa",
      "parameters_exclusive",
      "payment_method",
    ],
  ],
  body,
  isRefused,
);

refuses.each<Row>(
  METADATA,
  [
    ["amount=500&currency=usd&metadata=text", undefined, "metadata"],
    [`amount=500&currency=usd&metadata[${"k".repeat(41)}]=1`, undefined, "metadata"],
    [`amount=500&currency=usd&metadata[k]=${"v".repeat(501)}`, undefined, "metadata[k]"],
  ],
  body,
  isRefused,
);

refuses(
  "https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents",
  "payment_method_types, which this version takes no more",
  () =>
    isRefused([
      "amount=500&currency=usd&payment_method_types[]=card",
      "payment_method_types_no_longer_supported",
      "payment_method_types",
    ]),
);

refuses("https://docs.stripe.com/api/expanding_objects", "a property that cannot be expanded", () =>
  isRefused(["amount=500&currency=usd&expand[]=amount", undefined, "expand"]),
);

refuses(ERROR_CODES, "several unknown parameters, naming all of them", async () => {
  const answer = await create("amount=500&currency=usd&a=1&b[c]=2");
  expect(answer.body.error?.message).toBe("Received unknown parameters: a, b");
});

conforms(AMOUNTS, "the largest amount, in a currency without decimals", async () => {
  const taken = await create("amount=99999999&currency=jpy&allowed_payment_method_types[]=card");
  expect(taken).toMatchObject({ status: 200, body: { amount: 99_999_999 } });
});

conforms(METADATA, "any key and value, as text", async () => {
  const taken = await create("amount=500&currency=usd&metadata[__proto__]=x&metadata[a]=%26%3D+%C3%A9");
  expect(Object.entries(taken.body.metadata as object)).toEqual([
    ["__proto__", "x"],
    ["a", "&= é"],
  ]);
});

refuses("https://docs.stripe.com/api", "a body of JSON", async () => {
  const answer = await t.raw("POST", "/v1/payment_intents", '{"amount":500}', {
    "Content-Type": "application/json",
  });
  expect(answer.status).toBe(400);
  expect(answer.body.error?.message).toContain("application/x-www-form-urlencoded");
});

refuses.each(
  "https://docs.stripe.com/api/errors",
  [
    ["DELETE", "/v1/payment_intents/pi_1"],
    ["POST", "/v1/payment_intents/pi_1/no_such_verb"],
    ["GET", "/v1/no_such_resource"],
  ] as const,
  ([method, path]) => `${method} ${path}`,
  async ([method, path]) => {
    const answer = await t.raw(method, path);
    expect(answer.status).toBe(404);
    expect(answer.body.error?.message).toContain(`Unrecognized request URL (${method}: ${path})`);
  },
);

conforms("https://docs.stripe.com/api/versioning", "the version is answered", async () => {
  const answer = await t.raw("GET", "/v1/balance", undefined, { "Stripe-Version": Stripe.API_VERSION });
  expect(answer.headers.get("stripe-version")).toBe(Stripe.API_VERSION);
});

conforms("https://docs.stripe.com/api/request_ids", "every answer has a request id", async () => {
  for (const answer of [await t.raw("GET", "/v1/balance"), await t.raw("GET", "/v1/no_such_resource")]) {
    expect(answer.headers.get("request-id")).toMatch(/^req_/);
  }
});
