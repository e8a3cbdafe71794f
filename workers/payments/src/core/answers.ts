import { traceOfBooking } from "#shared/observability/trace.ts";
import type { ProducedBy } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import { actionOf, type Payment, type PaymentState } from "./payment.ts";

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

/** What a payment says when it enters a state; some states say nothing. */
export const ANSWER_OF: Partial<Record<PaymentState, (payment: Payment, now: number) => Answer>> = {
  ACTION_REQUIRED: actionRequired,
  AUTHORISED: processed("SUCCESS"),
  FAILED: processed("FAILED"),
  CAPTURED: captured("SUCCESS"),
  CAPTURE_FAILED: captured("FAILED"),
  VOIDED: voided,
};

function at(payment: Payment, now: number) {
  return { now, traceparent: traceOfBooking(payment.bookingId) };
}
