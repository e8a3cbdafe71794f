import type Stripe from "stripe";
import type { DisputeRecord } from "../core/records.ts";
import { testCard } from "../core/test-cards.ts";

/** Nothing has been submitted: evidence is not taken here. */
const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** The networks' own codes for the reasons that test cards give. */
const NETWORK_REASON_CODES: Readonly<Record<string, string>> = {
  fraudulent: "10.4",
  product_not_received: "13.1",
};

/** A Dispute as the API shows it. */
export function renderDispute(dispute: DisputeRecord): Stripe.Dispute {
  const { brand } = testCard(dispute.card);
  const inquiry = dispute.status === "warning_needs_response";
  return {
    id: dispute.id,
    object: "dispute",
    amount: dispute.amount,
    balance_transactions: [],
    charge: dispute.charge,
    created: dispute.created,
    currency: dispute.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: dispute.evidenceDueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: dispute.paymentIntent,
    payment_method_details: {
      card: {
        brand,
        case_type: inquiry ? "inquiry" : "chargeback",
        network: brand,
        network_reason_code: NETWORK_REASON_CODES[dispute.reason] ?? null,
      },
      type: "card",
    },
    reason: dispute.reason,
    status: dispute.status,
  };
}
