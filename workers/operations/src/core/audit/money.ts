import type { PaymentFacts } from "#shared/rpc/audit/payments.ts";
import { about, type BookingCheck, type BookingSeen, isUndone } from "./facts.ts";
import { isSettled, isUndoOver } from "./under-way.ts";

/** In these, money is not to be taken yet: the seats are not reserved for good. */
const BEFORE_CAPTURE = new Set(["INITIATED", "PAYING", "RESERVING"]);

/** A payment in these was captured, whatever became of the money then. */
const CAPTURED = new Set(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDING", "REFUNDED", "REFUND_FAILED"]);

/** Nothing is kept without the seats: what was captured belongs to a confirmed booking, or went back. */
export const chargeWithoutSeats: BookingCheck = (seen, now) => {
  const { booking } = seen;
  const kept = keptOf(seen.payment);
  if (kept === 0) return [];
  const found = (check: string) => [
    about(booking, check, `${booking.state}, and ${kept} ${booking.currency} of its money is kept`),
  ];
  if (BEFORE_CAPTURE.has(booking.state)) return found("charge-without-seats");
  if (!isUndone(booking) || !isMoneyDue(seen, now)) return [];
  return found(booking.state === "CANCELLED" ? "refund-incomplete" : "charge-without-seats");
};

/** A confirmed booking was captured once, in full, and none of it went back because of an undo. */
export const seatsWithoutCharge: BookingCheck = ({ booking, payment }) => {
  const { state, totalAmount: total } = booking;
  if (state !== "CONFIRMED" || total === 0) return [];
  const found = (detail: string) => [about(booking, "seats-without-charge", `CONFIRMED, and ${detail}`)];
  if (!payment) return found("payments has no payment of it");
  if (!CAPTURED.has(payment.state)) return found(`its payment is ${payment.state}`);
  if (payment.capturedAmount !== total) return found(`${payment.capturedAmount} of ${total} was captured`);
  if (payment.isUndone) return found("its payment was undone");
  const { stripe } = payment;
  if (stripe?.status !== "succeeded")
    return found(`its intent at Stripe is ${stripe?.status ?? "not there"}`);
  return stripe.received === total ? [] : found(`Stripe took ${stripe.received} of ${total}`);
};

/** A booking that has ended holds no authorisation, and nothing of it can still be paid. */
export const authorisationNotNeeded: BookingCheck = (seen, now) => {
  const { booking, payment } = seen;
  const { stripe, intentId } = payment ?? {};
  if (!isUndone(booking) || !stripe || !intentId || !isMoneyDue(seen, now)) return [];
  if (stripe.status === "succeeded" || stripe.status === "canceled") return [];
  const detail = `${booking.state}, and its intent at Stripe is ${stripe.status}`;
  const mend = { mend: "cancel-authorisation", subject: intentId } as const;
  return [about(booking, "authorisation-not-needed", detail, mend)];
};

/** The refund of a cancelled booking is all that was paid, here and at Stripe. */
export const refundIncomplete: BookingCheck = (seen, now) => {
  const { booking, payment } = seen;
  const { refundAmount, state } = booking;
  if (state !== "CANCELLED" || !refundAmount || !isMoneyDue(seen, now)) return [];
  const given = payment?.stripe?.refunded ?? payment?.refundedAmount ?? 0;
  if (given >= refundAmount && payment?.refundedAmount === given) return [];
  const here = payment?.refundedAmount ?? 0;
  const detail = `CANCELLED: ${refundAmount} promised, ${given} given back at Stripe, ${here} here`;
  return [about(booking, "refund-incomplete", detail, { mend: "look" })];
};

/** What was taken and not given back; as Stripe has it, where it was asked. */
function keptOf(payment: PaymentFacts | null): number {
  if (!payment) return 0;
  const { stripe, capturedAmount, refundedAmount } = payment;
  return stripe ? stripe.received - stripe.refunded : capturedAmount - refundedAmount;
}

/** Until an ended booking's money is clear, the undo is on its way; a refund may be for days. */
function isMoneyDue({ booking, payment }: BookingSeen, now: number): boolean {
  if (payment?.state === "REFUNDING") return false;
  return booking.moneyClear ? isSettled(booking, now) : isUndoOver(booking, now);
}
