import { Unavailable } from "#shared/errors/problem.ts";
import type { Intent, Payment } from "../core/payment.ts";
import { settle } from "../core/settle.ts";
import type { PaymentsDeps } from "./deps.ts";
import { enter } from "./enter.ts";

/** A payment moves at most this often in one drive: created, authorising, cancelled, failed. */
const MAX_STEPS = 6;

/**
 * Drives a payment as far as it goes by itself: asks Stripe for what its state needs, and moves by the
 * answer. Safe to repeat at any point: every call to Stripe has its key, every write its guard.
 * @throws Unavailable when Stripe or MongoDB does not answer; the payment stays where it is
 */
export async function drive(deps: PaymentsDeps, payment: Payment): Promise<Payment> {
  let current = payment;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = await driveOnce(deps, current);
    if (next === "rests") return current;
    current = next ?? (await reread(deps, current));
  }
  return current;
}

async function driveOnce(deps: PaymentsDeps, payment: Payment): Promise<Payment | null | "rests"> {
  const { bookingId, intentId } = payment;
  const isTooLate = deps.clock() >= payment.payBy.getTime();
  switch (payment.state) {
    case "CREATED": {
      if (isTooLate) return enter(deps, payment, "FAILED", { failureReason: "not paid in time" });
      const request = {
        bookingId,
        paymentId: payment._id,
        amount: payment.amount,
        currency: payment.currency,
      };
      const intent = await deps.provider.createIntent(request, `${bookingId}:create:1`);
      return enter(deps, payment, "AUTHORISING", { intentId: intent.id, clientSecret: intent.clientSecret });
    }
    case "AUTHORISING":
    case "ACTION_REQUIRED":
      return settled(deps, payment, await authorise(deps, payment, isTooLate), isTooLate);
    case "CAPTURING":
      return settled(
        deps,
        payment,
        await deps.provider.capture(known(intentId), payment.amount, `${bookingId}:capture:1`),
        isTooLate,
      );
    case "VOIDING":
      return settled(
        deps,
        payment,
        await deps.provider.cancel(known(intentId), `${bookingId}:cancel:1`),
        isTooLate,
      );
    default:
      return "rests";
  }
}

/** The first look confirms with the buyer's card, while there is time; every later one asks how it stands. */
async function authorise(deps: PaymentsDeps, payment: Payment, isTooLate: boolean): Promise<Intent> {
  const intentId = known(payment.intentId);
  if (payment.state === "ACTION_REQUIRED" || isTooLate || payment.paymentMethodToken === null) {
    return deps.provider.retrieve(intentId);
  }
  return deps.provider.confirm(intentId, payment.paymentMethodToken, `${payment.bookingId}:confirm:1`);
}

async function settled(deps: PaymentsDeps, payment: Payment, intent: Intent, isTooLate: boolean) {
  const verdict = settle(payment, intent, isTooLate);
  if (verdict.kind === "enter") {
    const capturedAmount = verdict.state === "CAPTURED" ? intent.amountReceived : payment.capturedAmount;
    const failureReason = verdict.failureReason ?? payment.failureReason;
    return enter(deps, payment, verdict.state, { capturedAmount, failureReason });
  }
  if (verdict.kind === "cancel") {
    const cancelled = await deps.provider.cancel(intent.id, `${payment.bookingId}:cancel:1`);
    if (cancelled.status !== "canceled") return settledElsewhere(deps, payment, cancelled);
    return enter(deps, payment, "FAILED", { failureReason: verdict.failureReason });
  }
  if (payment.state === "ACTION_REQUIRED") return rest(deps, payment);
  // Stripe has not decided what we asked for: whoever called asks again.
  throw new Unavailable("stripe", `intent is ${intent.status} while the payment is ${payment.state}`);
}

/** It could not be cancelled: the buyer authorised it in this very moment, or it is still being processed. */
async function settledElsewhere(deps: PaymentsDeps, payment: Payment, intent: Intent) {
  const verdict = settle(payment, intent, false);
  if (verdict.kind === "enter") return enter(deps, payment, verdict.state);
  throw new Unavailable("stripe", `intent is ${intent.status} and cannot be cancelled`);
}

/** Waits for the buyer: plans the next look. */
async function rest(deps: PaymentsDeps, payment: Payment): Promise<"rests"> {
  const now = deps.clock();
  const checkAt = new Date(Math.min(now + 30_000, Math.max(payment.payBy.getTime(), now + 1_000)));
  await deps.payments.write(payment, { checkAt }, []);
  return "rests";
}

async function reread(deps: PaymentsDeps, payment: Payment): Promise<Payment> {
  const found = await deps.payments.find(payment._id);
  if (!found) throw new Error(`payment ${payment._id} has vanished`);
  return found;
}

function known(intentId: string | null): string {
  if (!intentId) throw new Error("a payment in flight without its intent");
  return intentId;
}
