import type Stripe from "stripe";
import { systemClock } from "#shared/clock.ts";
import { stripeProvider } from "../../../workers/payments/src/stripe/stripe-provider.ts";
import type { KeyedCall } from "../../../workers/payments/src/testing/memory-stripe/keys.ts";
import { reportOf } from "../../../workers/payments/src/testing/provider-contract/report.ts";
import type { ProviderRig } from "../../../workers/payments/src/testing/provider-contract/shop.ts";
import type { StripeBackend } from "./backends.ts";

/** Where the calls with a key go. */
const ROUTES: Record<KeyedCall, string> = {
  createIntent: "POST /v1/payment_intents",
  confirm: "POST /v1/payment_intents/*/confirm",
  capture: "POST /v1/payment_intents/*/capture",
  cancel: "POST /v1/payment_intents/*/cancel",
  openPage: "POST /v1/checkout/sessions",
  closePage: "POST /v1/checkout/sessions/*/expire",
  refund: "POST /v1/refunds",
};

/** The numbers that a buyer types for the cards of these names. https://docs.stripe.com/testing */
const NUMBERS: Record<string, string> = {
  pm_card_visa: "4242424242424242",
  pm_card_chargeDeclined: "4000000000000002",
  pm_card_chargeDeclinedLostCard: "4000000000009987",
  pm_card_authenticationRequired: "4000002760003184",
};

let passedMs = 0;

/** The production provider over a Stripe that answers by HTTP, with the hands of buyers and of people there. */
export function rigOver(stripe: StripeBackend, returnUrl: string): ProviderRig {
  const sdk = stripe.sdk();
  return {
    provider: stripeProvider(sdk, returnUrl),
    now: () => systemClock() + passedMs,
    advance(ms) {
      passedMs += ms;
      stripe.advance(ms);
    },
    fault: (call, fault) => stripe.fault(ROUTES[call], fault),
    heal: () => stripe.heal(),
    async authenticate(intentId, hasPassed) {
      const { next_action: action } = await sdk.paymentIntents.retrieve(intentId);
      const body = new URLSearchParams({ outcome: hasPassed ? "complete" : "fail" });
      await fetch(bankOf(action!), { method: "POST", body, redirect: "manual" });
    },
    async payOnPage({ url }, card) {
      const form = { expiry: "12 / 34", cvc: "123", email: "buyer@example.com", name: "A Buyer" };
      const body = new URLSearchParams({ ...form, number: NUMBERS[card]! });
      await fetch(url, { method: "POST", body, redirect: "manual" });
    },
    async refundByHand(intentId, amount) {
      await sdk.refunds.create({ payment_intent: intentId, ...(amount && { amount }) });
    },
    async reports() {
      const events = await sdk.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
      return events.map(reportOf).reverse();
    },
  };
}

/** The address of the bank's page. */
function bankOf({
  redirect_to_url: redirect,
  use_stripe_sdk: library,
}: Stripe.PaymentIntent.NextAction): string {
  return redirect?.url ?? (library as unknown as { stripe_js: string }).stripe_js;
}
