import { toMessage } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { voided } from "../core/answers.ts";
import type { Payment } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";
import { enter, entering } from "./enter.ts";
import { newPayment } from "./new-payment.ts";

/**
 * Gives back whatever a booking's payment holds, and answers payment.voided. Where the undo comes before
 * the payment itself, it leaves a tombstone: the payment never starts.
 * @returns an outcome when it is not done yet
 */
export async function undo(
  deps: PaymentsDeps,
  booking: { bookingId: string; userId: string; reason: string },
): Promise<Outcome | undefined> {
  const payment = (await deps.payments.ofBooking(booking.bookingId)) ?? (await tombstone(deps, booking));
  if (!payment) return undefined;
  switch (payment.state) {
    case "CREATED":
      // Its intent, if there is one by now, was never confirmed, and nobody has its secret.
      return retryUnless(await enter(deps, payment, "VOIDED"));
    case "AUTHORISED":
      if (payment.intentId === null) return retryUnless(await enter(deps, payment, "VOIDED"));
      return voidIntent(deps, payment);
    case "AUTHORISING":
    case "ACTION_REQUIRED":
      return voidIntent(deps, payment);
    case "VOIDING":
      await drive(deps, payment);
      return undefined;
    case "VOIDED":
    case "FAILED":
    case "CAPTURE_FAILED":
      await deps.send([toMessage(voided(payment, deps.clock()))]);
      return undefined;
    case "CAPTURING":
      return { kind: "early", detail: "the payment is being captured" };
    case "CAPTURED":
      return { kind: "rejected", detail: "the money is taken: this needs a refund" };
  }
}

async function voidIntent(deps: PaymentsDeps, payment: Payment): Promise<Outcome | undefined> {
  const voiding = await enter(deps, payment, "VOIDING");
  if (!voiding) return { kind: "unavailable", detail: "the payment is being written" };
  await drive(deps, voiding);
  return undefined;
}

/** @returns null when the tombstone was written and answered, or the payment that was faster */
async function tombstone(deps: PaymentsDeps, booking: { bookingId: string; userId: string; reason: string }) {
  const now = deps.clock();
  const { bookingId, userId } = booking;
  const nothing = {
    organiserId: "",
    amount: 0,
    currency: "XXX",
    payBy: new Date(now),
    paymentMethodToken: null,
  };
  const fresh = newPayment({ bookingId, userId, ...nothing }, now);
  const dead = {
    ...fresh,
    ...entering(fresh, "VOIDED", { failureReason: booking.reason }, now),
    unsent: true,
  } as Payment;
  dead.outbox = [toMessage(voided(dead, now))];
  if (!(await deps.payments.add(dead))) return deps.payments.ofBooking(bookingId);
  await deps.payments.relay(dead, deps.send);
  return null;
}

const retryUnless = (written: Payment | null): Outcome | undefined =>
  written ? undefined : { kind: "unavailable", detail: "the payment is being written" };
