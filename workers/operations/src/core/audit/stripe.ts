import type { StripeDifference } from "#shared/rpc/audit/payments.ts";
import { about, type BookingCheck } from "./facts.ts";
import type { Finding } from "./page.ts";

/** What Stripe and payments say differently. @param eventId null where it is not known */
export function stripeFinding(difference: StripeDifference, eventId: string | null): Finding {
  const { bookingId, objectId, mend, detail } = difference;
  const of = { bookingId: bookingId || null, eventId, detail: `${objectId}: ${detail}`, subject: objectId };
  switch (mend) {
    case "cancel":
      return { check: "authorisation-not-needed", ...of, mend: "cancel-authorisation" };
    case "look":
      return { check: "stripe-differs", ...of, mend: "look" };
    case "person":
      return { check: "stripe-differs", ...of, mend: null };
  }
}

/** A payment and its own intent say the same. */
export const stripeDiffers: BookingCheck = ({ booking, payment }) =>
  payment?.difference ? [stripeFinding(payment.difference, booking.eventId)] : [];

/** Each payment has its booking: it is asked for by one, and a booking is never deleted. */
export function paymentWithoutBooking(payment: { id: string; bookingId: string; amount: number }): Finding {
  const { id: subject, bookingId, amount } = payment;
  const detail = `${subject} of ${amount} is for ${bookingId}, which is not there`;
  return { check: "payment-without-booking", bookingId, eventId: null, detail, mend: null, subject };
}

/** A payment that was asked for by a booking of ours, and nothing else, is named by it. */
export const paymentOfAnother: BookingCheck = ({ booking, payment }) =>
  payment && !payment.isTombstone && payment.amount !== booking.totalAmount
    ? [
        about(
          booking,
          "payment-of-another-amount",
          `costs ${booking.totalAmount}, and its payment is of ${payment.amount}`,
        ),
      ]
    : [];
