import type Stripe from "stripe";
import { lineTotal, type SessionLine, type SessionRecord } from "../core/session.ts";
import { renderList } from "./list.ts";
import type { Work } from "./work.ts";

/** Where the buyer pays. */
export const sessionPath = (id: string): string => `/c/pay/${id}`;

/** What of a session only features that are not served would fill in. */
const NOT_SERVED = {
  adaptive_pricing: null,
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer: null,
  customer_account: null,
  customer_creation: "if_required",
  discounts: [],
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  locale: null,
  managed_payments: null,
  origin_context: null,
  payment_link: null,
  payment_method_collection: "if_required",
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_method_types: ["card"],
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;

const customerDetails = ({ customer }: SessionRecord): Stripe.Checkout.Session.CustomerDetails | null =>
  customer && {
    address: null,
    business_name: null,
    email: customer.email,
    individual_name: null,
    name: customer.name,
    phone: null,
    tax_exempt: "none",
    tax_ids: [],
  };

/** A Checkout Session as the API shows it. An authorisation that is not captured is `unpaid` still. */
export function renderSession(work: Work, session: SessionRecord): Stripe.Checkout.Session {
  const intent = session.paymentIntent === null ? null : work.store.intents.find(session.paymentIntent);
  return {
    ...NOT_SERVED,
    id: session.id,
    object: "checkout.session",
    amount_subtotal: session.amountTotal,
    amount_total: session.amountTotal,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    created: session.created,
    currency: session.currency,
    customer_details: customerDetails(session),
    customer_email: session.customerEmail,
    expires_at: session.expiresAt,
    metadata: session.metadata,
    mode: "payment",
    payment_intent: session.paymentIntent,
    payment_status: intent?.status === "succeeded" ? "paid" : "unpaid",
    status: session.status,
    submit_type: session.submitType,
    success_url: session.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: session.status === "open" ? work.baseUrl + sessionPath(session.id) : null,
  };
}

/** A line item as the API shows it. Its price and product exist for this line alone and cannot be retrieved. */
export function renderLine(session: SessionRecord, line: SessionLine): Stripe.LineItem {
  const total = lineTotal(line);
  return {
    id: line.id,
    object: "item",
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency: session.currency,
    description: line.name,
    metadata: {},
    price: {
      id: line.id.replace("li_", "price_"),
      object: "price",
      active: false,
      billing_scheme: "per_unit",
      created: session.created,
      currency: session.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: line.id.replace("li_", "prod_"),
      recurring: null,
      tax_behavior: "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: "one_time",
      unit_amount: line.unitAmount,
      unit_amount_decimal: null,
    },
    quantity: line.quantity,
  };
}

/** How many line items an expanded session carries; the rest are on their own list. */
const FIRST_LINES = 10;

/** `line_items` of an expanded session. */
export function renderFirstLines(session: SessionRecord): object {
  const page = { items: session.lines.slice(0, FIRST_LINES), hasMore: session.lines.length > FIRST_LINES };
  return renderList(page, `/v1/checkout/sessions/${session.id}/line_items`, (line) =>
    renderLine(session, line),
  );
}
