import { since } from "#durable-objects/document-pool/audited-outbox.ts";
import type { PaymentFacts, StripeDifference } from "#shared/rpc/audit/payments.ts";
import { compareIntent } from "./compare.ts";
import { isAfterCapture, isAtRest } from "./machine.ts";
import type { Intent, Payment } from "./payment.ts";
import type { Aftermath } from "./refund.ts";

/** What Stripe says of a payment's intent. `aftermath` is null where nobody had to ask for it. */
export interface StripeSays {
  intent: Intent;
  aftermath: Aftermath | null;
}

/** Whether what became of a payment's money has to be asked for: while it is simply taken, Stripe's list tells. */
export const needsAftermath = ({ state }: Payment, { status }: Intent): boolean =>
  status === "succeeded" && state !== "CAPTURED";

/** A payment as an auditor sees it. @param says null where the payment has no intent */
export function auditedPayment(payment: Payment, says: StripeSays | null): PaymentFacts {
  const { _id: id, bookingId, state, amount, capturedAmount, refundedAmount, intentId, isUndone } = payment;
  const refunded = (says?.aftermath?.refunds ?? []).filter(({ status }) => status === "succeeded");
  const stripe = says && {
    status: says.intent.status,
    received: says.intent.amountReceived,
    refunded: refunded.reduce((sum, refund) => sum + refund.amount, 0),
  };
  return {
    ...{ id, bookingId, state, amount, capturedAmount, refundedAmount, intentId, isUndone, stripe },
    isAtRest: isAtRest(state),
    isTombstone: payment.organiserId === "",
    refundIds: payment.refunds.filter(({ status }) => status === "succeeded").map((refund) => refund.id),
    unsent: payment.outbox.length,
    unsentSince: payment.outbox.length > 0 ? since(payment.outbox) : null,
    checkAt: payment.checkAt?.getTime() ?? null,
    updatedAt: payment.updatedAt.getTime(),
    difference: stripe && differenceOf(payment, stripe),
  };
}

function differenceOf(
  payment: Payment,
  { status, received, refunded }: NonNullable<PaymentFacts["stripe"]>,
): StripeDifference | null {
  const { bookingId, intentId, state, capturedAmount, refundedAmount } = payment;
  if (intentId === null) return null;
  const found = compareIntent({ id: intentId, bookingId, intentId, status }, payment);
  if (found) return { bookingId, objectId: intentId, mend: found.mend, detail: found.detail };
  if (!isAfterCapture(state)) return null;
  const of = { bookingId, objectId: intentId };
  if (received !== capturedAmount) {
    return { ...of, mend: "person", detail: `${received} taken at Stripe, ${capturedAmount} here` };
  }
  if (state === "CAPTURED" || state === "REFUNDING" || refunded === refundedAmount) return null;
  return { ...of, mend: "look", detail: `${refunded} given back at Stripe, ${refundedAmount} here` };
}
