import type Stripe from "stripe";
import type { ChargeRecord, RefundRecord } from "../core/records.ts";
import { testCard } from "../core/test-cards.ts";
import { BILLING_DETAILS, renderChargedCard } from "./render-card.ts";

function outcome(charge: ChargeRecord): Stripe.Charge.Outcome {
  const shared = {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: testCard(charge.card).riskLevel,
  };
  if (!charge.failure) {
    return {
      ...shared,
      network_status: "approved_by_network",
      reason: null,
      seller_message: "Payment complete.",
      type: "authorized",
    };
  }
  const reason = charge.failure.declineCode ?? charge.failure.code;
  if (shared.risk_level === "highest") {
    const message = "Stripe blocked this payment as too risky.";
    return {
      ...shared,
      network_status: "not_sent_to_network",
      reason: "highest_risk_level",
      seller_message: message,
      type: "blocked",
    };
  }
  return {
    ...shared,
    network_status: "declined_by_network",
    reason,
    seller_message: `The bank returned the decline code \`${reason}\`.`,
    type: "issuer_declined",
  };
}

/** A Charge as the API shows it. */
export function renderCharge(charge: ChargeRecord): Stripe.Charge {
  return {
    id: charge.id,
    object: "charge",
    amount: charge.amount,
    amount_captured: charge.amountCaptured,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: BILLING_DETAILS,
    calculated_statement_descriptor: null,
    captured: charge.captured,
    created: charge.created,
    currency: charge.currency,
    customer: null,
    description: charge.description,
    disputed: charge.disputed === true,
    failure_balance_transaction: null,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: outcome(charge),
    paid: charge.status === "succeeded",
    payment_intent: charge.paymentIntent,
    payment_method: charge.paymentMethod,
    payment_method_details: renderChargedCard(charge),
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded:
      charge.amountRefunded > 0 &&
      charge.amountRefunded === (charge.captured ? charge.amountCaptured : charge.amount),
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: charge.status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** A Refund as the API shows it. */
export function renderRefund(refund: RefundRecord): Stripe.Refund {
  return {
    id: refund.id,
    object: "refund",
    amount: refund.amount,
    balance_transaction: null,
    charge: refund.charge,
    created: refund.created,
    currency: refund.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
      type: "card",
    },
    ...(refund.failureReason === null ? {} : { failure_reason: refund.failureReason }),
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    payment_method: refund.paymentMethod,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refund.status,
    transfer_reversal: null,
  };
}
