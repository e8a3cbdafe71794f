import type { ChargeRecord, DisputeRecord } from "../core/records.ts";
import { testCard } from "../core/test-cards.ts";
import { renderDispute } from "./render-dispute.ts";
import { emit, type Work } from "./work.ts";

/** How long evidence is taken; card networks give from 7 to 21 days: https://docs.stripe.com/disputes/responding */
const EVIDENCE_SECONDS = 9 * 24 * 60 * 60;

/**
 * Lets the cardholder dispute a charge that was just captured, where its test card says so.
 * https://docs.stripe.com/testing#disputes
 */
export function disputeCaptured(work: Work, charge: ChargeRecord): void {
  const { dispute } = testCard(charge.card);
  if (!dispute || !charge.captured || charge.disputed) return;
  const record: DisputeRecord = {
    id: work.newId("du"),
    created: work.nowSeconds,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    card: charge.card,
    amount: charge.amountCaptured,
    currency: charge.currency,
    reason: dispute.reason,
    status: dispute.inquiry ? "warning_needs_response" : "needs_response",
    evidenceDueBy: work.nowSeconds + EVIDENCE_SECONDS,
  };
  work.store.disputes.insert(record);
  work.store.charges.update({ ...charge, disputed: true });
  const rendered = renderDispute(record);
  emit(work, "charge.dispute.created", rendered);
  if (!dispute.inquiry) emit(work, "charge.dispute.funds_withdrawn", rendered);
}
