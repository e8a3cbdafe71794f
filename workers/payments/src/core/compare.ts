import { isAfterCapture, isAtRest } from "./machine.ts";
import type { Payment } from "./payment.ts";
import type { Listed } from "./provider.ts";

/** Where Stripe and our records say different things, and what to do about it. */
export interface Divergence {
  bookingId: string;
  paymentId: string | null;
  /** The intent or the refund at Stripe. */
  objectId: string;
  /** cancel: an authorisation nobody needs; look: a state that we missed; person: somebody must decide. */
  mend: "cancel" | "look" | "person";
  detail: string;
  /** It is the intent by which the payment is. */
  isOwn: boolean;
}

/** In these, an intent holds money, or can still be paid. */
const isOpen = (status: string) => status !== "canceled" && status !== "succeeded";

/**
 * Compares an intent of Stripe's with the payment of the booking that it names. Pure: what it finds is for others to
 * mend.
 * @param payment null where there is none
 * @returns null where both agree, or the payment is in flight and will be asked about anyway
 */
export function compareIntent(intent: Listed, payment: Payment | null): Divergence | null {
  const { id, status, bookingId } = intent;
  // Not made by this platform.
  if (bookingId === null) return null;
  const isOwn = payment?.intentId === id;
  const found = (mend: Divergence["mend"], detail: string): Divergence => ({
    ...{ bookingId, paymentId: payment?._id ?? null, objectId: id, mend, detail, isOwn },
  });
  if (!payment) {
    // Each payment is written down before its intent is made: this one is another environment's, or a loss of ours.
    return status === "canceled" ? null : found("person", `${status} at Stripe, and no payment here`);
  }
  if (!isOwn) {
    // Not told yet: its buyer pays on a page, or its intent has been made in this moment.
    if (payment.intentId === null && !isAtRest(payment.state)) return null;
    if (status === "succeeded") return found("person", `taken by another intent than ${payment.intentId}`);
    return isOpen(status) ? found("cancel", `${status}, and the payment is by ${payment.intentId}`) : null;
  }
  return compareState(payment.state, status, found);
}

function compareState(
  state: Payment["state"],
  status: string,
  found: (mend: Divergence["mend"], detail: string) => Divergence,
): Divergence | null {
  if (isAfterCapture(state)) {
    return status === "succeeded" ? null : found("person", `${state} here, ${status} at Stripe`);
  }
  if (!isAtRest(state)) return null;
  if (state === "AUTHORISED") {
    return status === "requires_capture" ? null : found("person", `${state} here, ${status} at Stripe`);
  }
  if (status === "succeeded") return found("person", `taken at Stripe, ${state} here`);
  return isOpen(status) ? found("cancel", `${status} at Stripe, ${state} here`) : null;
}

/** Compares a refund of Stripe's with what the payment knows of it. */
export function compareRefund(refund: Listed, payment: Payment | null): Divergence | null {
  const { id, status, bookingId } = refund;
  if (!payment) {
    const isOurs = bookingId !== null;
    const of = { bookingId: bookingId ?? "", paymentId: null, objectId: id, isOwn: false };
    return isOurs ? { ...of, mend: "person", detail: "refunded at Stripe, and no payment here" } : null;
  }
  const of = { bookingId: payment.bookingId, paymentId: payment._id, objectId: id, isOwn: false };
  const known = payment.refunds.find((each) => each.id === id);
  if (known?.status === (status === "canceled" ? "failed" : status)) return null;
  if (payment.state === "REFUNDING") return null;
  if (!isAfterCapture(payment.state)) {
    return { ...of, mend: "person", detail: `refunded at Stripe, ${payment.state} here` };
  }
  return { ...of, mend: "look", detail: `refund is ${status} at Stripe, ${known?.status ?? "unknown"} here` };
}
