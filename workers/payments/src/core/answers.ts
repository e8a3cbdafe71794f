import { traceOfBooking } from "#shared/observability/trace.ts";
import type { ProducedBy } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import type { PaymentState } from "./machine.ts";
import { actionOf, type Payment } from "./payment.ts";
import type { Dispute, Refund } from "./refund.ts";

type Answer = Envelope<ProducedBy<"payments">>;

/** How long a buyer has to act shows as the payment's own limit. */
const actionRequired = (payment: Payment, now: number): Answer =>
  envelope(
    "payment.action-required",
    payment.bookingId,
    {
      bookingId: payment.bookingId,
      paymentId: payment._id,
      kind: actionOf(payment),
      expiresAt: payment.payBy.toISOString(),
    },
    at(payment, now),
  );

const processed =
  (status: "SUCCESS" | "FAILED") =>
  (payment: Payment, now: number): Answer =>
    envelope(
      "payment.processed",
      payment.bookingId,
      {
        ...{ bookingId: payment.bookingId, paymentId: payment._id, status },
        ...{ amount: payment.amount, currency: payment.currency },
        providerTransactionId: payment.intentId,
        failureReason: status === "FAILED" ? (payment.failureReason ?? "declined") : null,
      },
      at(payment, now),
    );

const captured =
  (status: "SUCCESS" | "FAILED") =>
  (payment: Payment, now: number): Answer =>
    envelope(
      "payment.captured",
      payment.bookingId,
      {
        ...{ bookingId: payment.bookingId, paymentId: payment._id, status },
        ...{ amount: payment.amount, currency: payment.currency },
        failureReason: status === "FAILED" ? (payment.failureReason ?? "the authorisation is gone") : null,
      },
      at(payment, now),
    );

/** The answer to an undo: nothing is held and nothing was taken. */
export const voided = (payment: Payment, now: number): Answer =>
  envelope(
    "payment.voided",
    payment.bookingId,
    { bookingId: payment.bookingId, paymentId: payment._id, reason: payment.failureReason ?? payment.state },
    at(payment, now),
  );

/**
 * The answer to an undo of money that was taken. What others gave back meanwhile is not part of it.
 * Its id tells tries and their ends apart: a refund that went through can still fail, days later.
 */
const refunded =
  (status: "SUCCESS" | "FAILED") =>
  (payment: Payment, now: number): Answer | null => {
    const { bookingId, currency, capturedAmount, refundedAmount, refundFrom } = payment;
    if (!payment.isUndone) return null;
    const ours = payment.refunds.filter(({ number }) => number !== null);
    const given = ours.filter((refund) => refund.status === "succeeded");
    const amount =
      status === "SUCCESS"
        ? given.reduce((sum, refund) => sum + refund.amount, 0)
        : capturedAmount - refundedAmount;
    const last = (status === "SUCCESS" ? given : ours).at(0);
    return envelope(
      "payment.refunded",
      `${bookingId}:undo:${refundFrom}:${status}`,
      {
        ...{ bookingId, paymentId: payment._id, refundId: last?.id ?? null, status, amount, currency },
        initiator: "UNDO",
        failureReason: status === "FAILED" ? (payment.failureReason ?? "unknown") : null,
      },
      at(payment, now),
    );
  };

/** What somebody did at Stripe, outside the platform. */
export const refundedByProvider = (payment: Payment, refund: Refund, now: number): Answer => {
  const { bookingId, currency } = payment;
  const status = refund.status === "succeeded" ? "SUCCESS" : "FAILED";
  return envelope(
    "payment.refunded",
    `${bookingId}:${refund.id}:${status}`,
    {
      ...{ bookingId, paymentId: payment._id, refundId: refund.id, status, amount: refund.amount, currency },
      ...{ initiator: "PROVIDER", failureReason: refund.failure },
    },
    at(payment, now),
  );
};

/** The buyer's bank takes the money back, until it is decided who is right. */
export const disputed = (payment: Payment, { id, amount, currency }: Dispute, now: number): Answer => {
  const { bookingId } = payment;
  return envelope(
    "payment.disputed",
    `${bookingId}:${id}`,
    { bookingId, paymentId: payment._id, disputeId: id, amount, currency },
    at(payment, now),
  );
};

/** What a payment says when it enters a state; some states say nothing, and some only to an undo. */
export const ANSWER_OF: Partial<Record<PaymentState, (payment: Payment, now: number) => Answer | null>> = {
  ACTION_REQUIRED: actionRequired,
  AUTHORISED: processed("SUCCESS"),
  FAILED: processed("FAILED"),
  CAPTURED: captured("SUCCESS"),
  CAPTURE_FAILED: captured("FAILED"),
  VOIDED: voided,
  REFUNDED: refunded("SUCCESS"),
  REFUND_FAILED: refunded("FAILED"),
};

function at(payment: Payment, now: number) {
  return { now, traceparent: traceOfBooking(payment.bookingId) };
}
