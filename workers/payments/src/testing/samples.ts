import { newId } from "#shared/ids/id.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { voided } from "../core/answers.ts";
import type { Payment } from "../core/payment.ts";
import { newPayment } from "../use-cases/new-payment.ts";

/** When the samples' payments are made, epoch ms. */
export const NOW = Date.parse("2026-12-01T18:00:00Z");

/** A payment as a request makes it, of a booking of its own. */
export function paymentOf(over: Partial<Payment> = {}): Payment {
  const request = {
    ...{
      bookingId: newId("bkg", NOW),
      userId: "usr_1",
      organiserId: "usr_2",
      amount: 5_000,
      currency: "EUR",
    },
    payBy: new Date(NOW + 240_000),
    paymentMethodToken: "pm_card_visa",
  };
  return { ...newPayment(request, NOW), ...over };
}

/** Something for a payment to say. */
export const messageOf = (payment: Payment) => toMessage(voided(payment, NOW));
