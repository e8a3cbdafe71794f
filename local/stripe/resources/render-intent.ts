import type Stripe from "stripe";
import type { IntentRecord, PaymentFailure } from "../core/records.ts";
import { renderPaymentMethod } from "./render-card.ts";

/** The page where the customer authenticates; `attempt` makes it unguessable. */
export const authenticationPath = (intent: string, attempt: string): string =>
  `/_test/authenticate/${intent}/${attempt}`;

/** A failed attempt as `last_payment_error` and as the body of a 402 show it. */
export function renderFailure(failure: PaymentFailure): Stripe.PaymentIntent.LastPaymentError {
  return {
    ...(failure.charge === null ? {} : { charge: failure.charge }),
    code: failure.code as NonNullable<Stripe.PaymentIntent.LastPaymentError["code"]>,
    ...(failure.declineCode === null ? {} : { decline_code: failure.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${failure.code.replaceAll("_", "-")}`,
    message: failure.message,
    payment_method: renderPaymentMethod(failure.paymentMethod),
    type: failure.type,
  };
}

function nextAction(intent: IntentRecord, baseUrl: string): Stripe.PaymentIntent.NextAction | null {
  if (intent.status !== "requires_action" || intent.attempt === null) return null;
  const url = baseUrl + authenticationPath(intent.id, intent.attempt);
  if (intent.returnUrl !== null && !intent.useStripeSdk) {
    return { type: "redirect_to_url", redirect_to_url: { return_url: intent.returnUrl, url } };
  }
  return {
    type: "use_stripe_sdk",
    use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url, source: intent.attempt },
  };
}

/** A PaymentIntent as the API shows it. */
export function renderIntent(intent: IntentRecord, baseUrl: string): Stripe.PaymentIntent {
  return {
    id: intent.id,
    object: "payment_intent",
    allowed_payment_method_types: intent.allowedPaymentMethodTypes,
    amount: intent.amount,
    amount_capturable: intent.status === "requires_capture" ? intent.amount : 0,
    amount_details: { tip: {} },
    amount_received: intent.amountReceived,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: intent.automaticPaymentMethods,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret,
    confirmation_method: "automatic",
    created: intent.created,
    currency: intent.currency,
    customer: null,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: intent.lastPaymentError && renderFailure(intent.lastPaymentError),
    latest_charge: intent.latestCharge,
    livemode: false,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: nextAction(intent, baseUrl),
    on_behalf_of: null,
    payment_method: intent.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_method_types: intent.allowedPaymentMethodTypes ?? ["card"],
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: intent.statementDescriptor,
    statement_descriptor_suffix: intent.statementDescriptorSuffix,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}
