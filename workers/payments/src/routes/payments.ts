import type { Identity } from "#shared/auth/roles.ts";
import { getBookingPaymentRoute, getPaymentRoute } from "#shared/contracts/payments.ts";
import { Problem } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { actionOf, isTombstone, PAYMENT_STATUS_OF, type Payment } from "../core/payment.ts";
import { depsOf, type PaymentsApp } from "../wiring.ts";

export function servePayments(app: PaymentsApp): void {
  serve(app, getBookingPaymentRoute, async (c) => {
    const payment = await depsOf(c.env).payments.ofBooking(c.req.valid("param").bookingId);
    return c.json(present(own(payment, identityOf(c))), 200);
  });

  serve(app, getPaymentRoute, async (c) => {
    const payment = await depsOf(c.env).payments.find(c.req.valid("param").id);
    return c.json(present(own(payment, identityOf(c))), 200);
  });
}

/** @throws Problem PAYMENT_NOT_FOUND, also for a foreign one */
function own(payment: Payment | null, caller: Identity): Payment {
  const isTheirs = payment?.userId === caller.userId || caller.role === "ADMIN";
  if (!payment || !isTheirs || isTombstone(payment)) {
    throw new Problem("PAYMENT_NOT_FOUND");
  }
  return payment;
}

function present(payment: Payment) {
  const { _id, bookingId, userId, organiserId, state, amount, capturedAmount, currency } = payment;
  const { intentId, failureReason, clientSecret, createdAt, updatedAt } = payment;
  const mustAct = state === "ACTION_REQUIRED" && clientSecret !== null;
  return {
    ...{ id: _id, bookingId, userId, organiserId, amount, capturedAmount, currency, failureReason },
    status: PAYMENT_STATUS_OF[state],
    providerTransactionId: intentId,
    nextAction: mustAct ? { kind: actionOf(payment), clientSecret } : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
