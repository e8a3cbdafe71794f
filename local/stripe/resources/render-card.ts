import type Stripe from "stripe";
import type { ChargeRecord, PaymentMethodRecord } from "../core/records.ts";
import { testCard } from "../core/test-cards.ts";

/** Any date in the future will do; the published cards have no date of their own. */
const EXPIRY = { exp_month: 12, exp_year: 2040 } as const;
const CHECKS = { address_line1_check: null, address_postal_code_check: null } as const;

const BILLING_DETAILS = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
} satisfies Stripe.PaymentMethod["billing_details"];

/** A PaymentMethod as the API shows it. */
export function renderPaymentMethod(record: PaymentMethodRecord): Stripe.PaymentMethod {
  const card = testCard(record.card);
  return {
    id: record.id,
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: BILLING_DETAILS,
    card: {
      brand: card.brand,
      checks: { ...CHECKS, cvc_check: null },
      country: card.country,
      display_brand: card.brand,
      ...EXPIRY,
      fingerprint: `fp_${record.card}`,
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: record.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: "card",
  };
}

/** How a Charge shows the card that it was made with. */
export function renderChargedCard(charge: ChargeRecord): Stripe.Charge.PaymentMethodDetails {
  const card = testCard(charge.card);
  return {
    type: "card",
    card: {
      amount_authorized: charge.status === "succeeded" ? charge.amount : null,
      authorization_code: null,
      brand: card.brand,
      ...(charge.captureBefore === null ? {} : { capture_before: charge.captureBefore }),
      checks: { ...CHECKS, cvc_check: charge.failure?.code === "incorrect_cvc" ? "fail" : null },
      country: card.country,
      electronic_commerce_indicator: null,
      ...EXPIRY,
      fingerprint: `fp_${charge.card}`,
      funding: card.funding,
      installments: null,
      last4: card.number.slice(-4),
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: "unregulated",
      three_d_secure: charge.authenticated
        ? {
            authentication_flow: "challenge",
            electronic_commerce_indicator: "05",
            exemption_indicator: null,
            result: "authenticated",
            result_reason: null,
            transaction_id: null,
            version: "2.2.0",
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

export { BILLING_DETAILS };
