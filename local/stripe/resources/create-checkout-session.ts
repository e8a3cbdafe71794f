import { formatMinor, MAX_AMOUNT_MINOR, minimumMinor } from "../core/money.ts";
import { lineTotal, MAX_LIFE_SECONDS, MIN_LIFE_SECONDS, type SessionRecord } from "../core/session.ts";
import { invalidRequest } from "../http/errors.ts";
import {
  currency,
  email,
  hash,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  type Parsed,
  required,
  string,
  unsettable,
  url,
} from "../http/params.ts";
import { endpoint, ok } from "./endpoint.ts";
import { DESCRIPTIVE } from "./intent-params.ts";
import { renderSession } from "./render-session.ts";
import type { Work } from "./work.ts";

const LINE = {
  price_data: required(
    hash({
      currency: required(currency),
      unit_amount: required(integer({ min: 0, max: MAX_AMOUNT_MINOR })),
      product_data: required(hash({ name: required(string), description: optional(string) })),
    }),
  ),
  quantity: required(integer({ min: 1, max: 999_999 })),
};

const PARAMS = {
  mode: required(oneOf("payment")),
  ui_mode: optional(oneOf("hosted_page")),
  success_url: required(url),
  cancel_url: optional(url),
  line_items: required(list(hash(LINE))),
  payment_intent_data: optional(
    hash({ ...DESCRIPTIVE, capture_method: optional(oneOf("automatic", "automatic_async", "manual")) }),
  ),
  metadata: optional(metadata),
  client_reference_id: optional(unsettable(200)),
  customer_email: optional(email),
  expires_at: optional(integer({ min: 1, max: 99_999_999_999 })),
  submit_type: optional(oneOf("auto", "book", "donate", "pay")),
};

type Params = Parsed<typeof PARAMS>;

/** What all lines cost, in the currency that they share. @throws ApiError 400 */
function total(work: Work, params: Params): Pick<SessionRecord, "currency" | "amountTotal" | "lines"> {
  const first = params.line_items[0];
  if (!first) {
    const message = "The `line_items` parameter is required in payment mode.";
    throw invalidRequest(message, { code: "parameter_missing", param: "line_items" });
  }
  const { currency } = first.price_data;
  if (params.line_items.some((line) => line.price_data.currency !== currency)) {
    throw invalidRequest("All prices on a Checkout Session must have the same currency.", {
      param: "line_items",
    });
  }
  const lines = params.line_items.map(({ price_data, quantity }) => ({
    id: work.newId("li"),
    name: price_data.product_data.name,
    description: price_data.product_data.description ?? null,
    unitAmount: price_data.unit_amount,
    quantity,
  }));
  const amountTotal = lines.reduce((sum, line) => sum + lineTotal(line), 0);
  const refuse = (code: string, bound: string, least: number) =>
    invalidRequest(
      `The Checkout Session's total amount due must add up to at ${bound} ${formatMinor(least, currency)}`,
      { code },
    );
  if (amountTotal < minimumMinor(currency)) {
    throw refuse("amount_too_small", "least", minimumMinor(currency));
  }
  if (amountTotal > MAX_AMOUNT_MINOR) throw refuse("amount_too_large", "most", MAX_AMOUNT_MINOR);
  return { currency, amountTotal, lines };
}

/** @throws ApiError 400 for a time that is too near or too far. */
function expiry(asked: number | undefined, nowSeconds: number): number {
  if (asked === undefined) return nowSeconds + MAX_LIFE_SECONDS;
  const refuse = (bound: string) =>
    invalidRequest(`The \`expires_at\` timestamp must be ${bound} from Checkout Session creation.`, {
      param: "expires_at",
    });
  if (asked < nowSeconds + MIN_LIFE_SECONDS) throw refuse("at least 30 minutes");
  if (asked > nowSeconds + MAX_LIFE_SECONDS) throw refuse("less than 24 hours");
  return asked;
}

/** https://docs.stripe.com/api/checkout/sessions/create */
export const createCheckoutSession = endpoint({
  method: "POST",
  path: "/v1/checkout/sessions",
  returns: { kind: "checkout_session", isList: false },
  params: PARAMS,
  run(work, { params }) {
    const intentData = params.payment_intent_data;
    const session: SessionRecord = {
      ...total(work, params),
      id: work.newId("cs_test"),
      created: work.nowSeconds,
      status: "open",
      successUrl: params.success_url,
      cancelUrl: params.cancel_url ?? null,
      clientReferenceId: params.client_reference_id ?? null,
      customerEmail: params.customer_email ?? null,
      metadata: mergeMetadata({}, params.metadata),
      submitType: params.submit_type ?? null,
      intentData: {
        captureMethod: intentData?.capture_method ?? "automatic_async",
        metadata: mergeMetadata({}, intentData?.metadata),
        description: intentData?.description ?? null,
        receiptEmail: intentData?.receipt_email ?? null,
        statementDescriptor: intentData?.statement_descriptor ?? null,
        statementDescriptorSuffix: intentData?.statement_descriptor_suffix ?? null,
      },
      expiresAt: expiry(params.expires_at, work.nowSeconds),
      paymentIntent: null,
      customer: null,
    };
    work.store.sessions.insert(session);
    return ok(renderSession(work, session));
  },
});
