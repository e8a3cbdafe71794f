import { type Payment, statusOf } from "../core/payment.ts";

/** A payment as its buyer sees it. */
export function present(payment: Payment) {
  const { _id, bookingId, userId, organiserId, amount, capturedAmount, refundedAmount, currency } = payment;
  const { intentId, failureReason, createdAt, updatedAt } = payment;
  return {
    ...{ id: _id, bookingId, userId, organiserId, amount, capturedAmount, refundedAmount, currency },
    failureReason,
    status: statusOf(payment),
    providerTransactionId: intentId,
    nextAction: nextActionOf(payment),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function nextActionOf({ state, checkout, clientSecret }: Payment) {
  if (state !== "ACTION_REQUIRED") return null;
  if (checkout) return { kind: "redirect" as const, url: checkout.url };
  return clientSecret === null ? null : { kind: "authentication" as const, clientSecret };
}
