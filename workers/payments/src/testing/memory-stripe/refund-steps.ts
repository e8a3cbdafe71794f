import type { Ledger } from "./ledger.ts";
import type { Metadata, RefundRecord } from "./records.ts";
import { missing, refusal } from "./refusals.ts";
import { shownCharge, shownRefund } from "./shown.ts";
import { testCard } from "./test-cards.ts";

/** How money goes back. https://docs.stripe.com/api/refunds */

/** How long a refund takes that takes time. */
const SETTLE_AFTER_SECONDS = 2;

/** @param asked.amount all that is left where it is absent */
export function refund(
  ledger: Ledger,
  asked: { intent: string; amount?: number; metadata: Metadata },
): RefundRecord {
  const intent = ledger.intents.get(asked.intent);
  if (!intent) throw missing(asked.intent, false);
  const charge = ledger.chargeOf(intent);
  if (!charge || charge.amountCaptured === 0) throw refusal("there is no charge to refund");
  if (charge.dispute === "charge back") throw refusal("it has been charged back", "charge_disputed");
  const left = charge.amountCaptured - charge.amountRefunded;
  if (left === 0) throw refusal("it has been refunded", "charge_already_refunded");
  const { amount = left, metadata } = asked;
  if (amount > left) throw refusal("more than is left");
  const kind = testCard(charge.card).refund;
  const at = ledger.nowSeconds() + SETTLE_AFTER_SECONDS;
  const made: RefundRecord = {
    ...{ id: ledger.newId("re"), created: ledger.nowSeconds(), metadata, amount, failureReason: null },
    ...{ intent: intent.id, charge: charge.id },
    status: kind === "pending" ? "pending" : "succeeded",
    settles: kind === "succeeds" ? null : { at, to: kind === "pending" ? "succeeded" : "failed" },
  };
  ledger.refunds.set(made.id, made);
  charge.amountRefunded += amount;
  ledger.emit("refund.created", shownRefund(made));
  ledger.emit("charge.refunded", shownCharge(charge));
  return made;
}

/**
 * A refund ends, or ends otherwise than it looked; the money of one that fails is the merchant's again.
 * @param to as its card says, where it is absent
 */
export function settleRefund(ledger: Ledger, refund: RefundRecord, to = refund.settles?.to): void {
  if (to === undefined || refund.status === "failed" || (to === refund.status && !refund.settles)) return;
  const hasFailed = to === "failed";
  const failureReason = hasFailed ? "expired_or_canceled_card" : null;
  Object.assign(refund, { status: to, settles: null, failureReason });
  const charge = ledger.charges.get(refund.charge);
  if (charge && hasFailed) charge.amountRefunded -= refund.amount;
  ledger.emit(hasFailed ? "refund.failed" : "refund.updated", shownRefund(refund));
  ledger.emit("charge.refund.updated", shownRefund(refund));
}
