import type { ChargeRecord, DisputeRecord, IntentRecord, PageRecord, RefundRecord } from "./records.ts";

/** Objects as the API shows them: those of their fields that somebody here reads. */

export const shownIntent = (intent: IntentRecord) => ({
  ...{ id: intent.id, object: "payment_intent", created: intent.created, status: intent.status },
  ...{ amount: intent.amount, amount_received: intent.amountReceived, currency: intent.currency },
  client_secret: `${intent.id}_secret`,
  last_payment_error: intent.failure && { ...intent.failure },
  metadata: { ...intent.metadata },
});

export const shownCharge = (charge: ChargeRecord) => ({
  ...{ id: charge.id, object: "charge", status: charge.status, amount: charge.amount },
  ...{ amount_captured: charge.amountCaptured, amount_refunded: charge.amountRefunded },
  ...{ payment_intent: charge.intent, metadata: { ...charge.metadata } },
});

export const shownRefund = (refund: RefundRecord) => ({
  ...{
    id: refund.id,
    object: "refund",
    created: refund.created,
    amount: refund.amount,
    status: refund.status,
  },
  ...(refund.failureReason !== null && { failure_reason: refund.failureReason }),
  ...{ payment_intent: refund.intent, charge: refund.charge, metadata: { ...refund.metadata } },
});

export const shownDispute = (dispute: DisputeRecord) => ({
  ...{ id: dispute.id, object: "dispute", amount: dispute.amount, currency: dispute.currency },
  ...{ payment_intent: dispute.intent, charge: dispute.charge, metadata: {} },
});

/** @param intent in place of its id, where that was asked for */
export const shownPage = (page: PageRecord, intent: IntentRecord | null = null) => ({
  ...{ id: page.id, object: "checkout.session", status: page.status, metadata: { ...page.metadata } },
  payment_intent: intent ? shownIntent(intent) : page.intent,
  url: page.status === "open" ? `https://checkout.invalid/c/pay/${page.id}` : null,
});
