import { toMessage } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { beginRefund, mayTryAgain } from "../core/aftermath.ts";
import { voided } from "../core/answers.ts";
import { nextState, PAYMENT_MACHINE, type PaymentState } from "../core/machine.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";
import { enter, entering } from "./enter.ts";
import { newPayment } from "./new-payment.ts";
import { repeatAnswer } from "./repeat-answer.ts";

/**
 * Gives back whatever a booking's payment holds or took: answers payment.voided before the capture, payment.refunded
 * after it. Where the undo comes before the payment itself, it leaves a tombstone: the payment never starts.
 * @returns an outcome when it is not done yet
 */
export async function undo(
  deps: PaymentsDeps,
  booking: { bookingId: string; userId: string; reason: string },
): Promise<Outcome | undefined> {
  const payment = (await deps.payments.ofBooking(booking.bookingId)) ?? (await tombstone(deps, booking));
  if (!payment) return undefined;
  const rule = PAYMENT_MACHINE[payment.state].undo;
  switch (rule?.kind) {
    case "early":
      return { kind: "early", detail: `the payment is ${payment.state}` };
    case "repeat":
      await deps.send([toMessage(voided(payment, deps.clock()))]);
      return undefined;
    case "move":
      return give(deps, payment, rule.to);
    default:
      // It is under way.
      await drive(deps, payment);
      return undefined;
  }
}

async function give(deps: PaymentsDeps, payment: Payment, to: PaymentState): Promise<Outcome | undefined> {
  const { state } = payment;
  const isAnswered = payment.isUndone && (state === "REFUNDED" || !mayTryAgain(payment));
  if ((state === "REFUNDED" || state === "REFUND_FAILED") && isAnswered) {
    await repeatAnswer(deps, payment, state);
    return undefined;
  }
  const next = await enter(deps, payment, to, changeFor(payment, to));
  if (!next) return { kind: "unavailable", detail: "the payment is being written" };
  await drive(deps, next);
  return undefined;
}

function changeFor(payment: Payment, to: PaymentState): PaymentChange {
  if (to === "REFUNDED") return { isUndone: true };
  if (to !== "REFUNDING") return {};
  // Stripe repeats its answer to a key that was tried.
  const isTried = payment.refundTries > 0;
  return beginRefund(payment, payment.keyNumber + (isTried ? 1 : 0));
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
    ...entering(fresh, nextState("NONE", "undo"), { failureReason: booking.reason }, now),
    unsent: true,
  } as Payment;
  dead.outbox = [toMessage(voided(dead, now))];
  if (!(await deps.payments.add(dead))) return deps.payments.ofBooking(bookingId);
  await deps.payments.relay(dead, deps.send);
  return null;
}
