import { Unavailable } from "#shared/errors/problem.ts";
import { nextLook } from "../core/next-look.ts";
import type { Intent, Payment } from "../core/payment.ts";
import { KeySpent } from "../core/provider.ts";
import { settle, TOO_LATE } from "../core/settle.ts";
import { askStripe, keyOf } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";
import { enter } from "./enter.ts";

/** A payment moves by at most four steps in one drive; the rest is for those that others were faster with. */
const MAX_STEPS = 8;

/** What one step came to: the payment afterwards, null when others wrote it meanwhile, or nothing left to do. */
type Step = Payment | null | "rests";

/**
 * Drives a payment as far as it goes by itself: asks Stripe for what its state needs, and moves by the
 * answer. Safe to repeat at any point: every call to Stripe has its key, every write its guard.
 * @throws Unavailable when Stripe or MongoDB does not answer; the payment stays where it is
 */
export async function drive(deps: PaymentsDeps, payment: Payment): Promise<Payment> {
  let current = payment;
  let isNewIntent = false;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = await driveOnce(deps, current, isNewIntent);
    if (next === "rests") return current;
    isNewIntent = current.state === "CREATED" && next !== null;
    current = next ?? (await reread(deps, current));
  }
  throw new Unavailable("payments", "the payment keeps being written by others");
}

async function driveOnce(deps: PaymentsDeps, payment: Payment, isNewIntent: boolean): Promise<Step> {
  const isTooLate = deps.clock() >= payment.payBy.getTime();
  try {
    if (payment.state === "CREATED") return await start(deps, payment, isTooLate);
    const intent = await askStripe(deps, payment, { isNewIntent, isTooLate });
    return intent ? await settled(deps, payment, intent, isTooLate) : "rests";
  } catch (error) {
    const keyNumber = payment.keyNumber + 1;
    if (error instanceof KeySpent) await deps.payments.write(payment, { keyNumber }, []);
    throw error;
  }
}

/** The intent's id is stored before anybody could pay it: one that a crash forgets can take no money. */
async function start(deps: PaymentsDeps, payment: Payment, isTooLate: boolean): Promise<Step> {
  const { _id: paymentId, bookingId, amount, currency } = payment;
  // Nothing to pay: nothing for Stripe to do.
  if (amount === 0) return enter(deps, payment, "AUTHORISED");
  if (isTooLate) return enter(deps, payment, "FAILED", { failureReason: TOO_LATE });
  const request = { bookingId, paymentId, amount, currency };
  const intent = await deps.provider.createIntent(request, keyOf(payment, "create"));
  if (intent.status === "refused") {
    return enter(deps, payment, "FAILED", { failureReason: intent.failure });
  }
  return enter(deps, payment, "AUTHORISING", { intentId: intent.id, clientSecret: intent.clientSecret });
}

async function settled(
  deps: PaymentsDeps,
  payment: Payment,
  intent: Intent,
  isTooLate: boolean,
): Promise<Step> {
  const verdict = settle(payment, intent, isTooLate);
  switch (verdict.kind) {
    case "enter": {
      const capturedAmount = verdict.state === "CAPTURED" ? intent.amountReceived : payment.capturedAmount;
      const failureReason = verdict.failureReason ?? payment.failureReason;
      return enter(deps, payment, verdict.state, { capturedAmount, failureReason });
    }
    case "cancel": {
      const left = await deps.provider.cancel(intent.id, keyOf(payment, "cancel"));
      if (left.status === "canceled") {
        return enter(deps, payment, "FAILED", { failureReason: verdict.failureReason });
      }
      // It is on its way to an end of its own, which the next look will find.
      return rest(deps, payment, left);
    }
    case "same":
      return rest(deps, payment, intent);
  }
}

/** Waits, for the buyer or for Stripe to decide: plans the next look, should no webhook come before. */
async function rest(deps: PaymentsDeps, payment: Payment, intent: Intent): Promise<Step> {
  if (payment.state !== "ACTION_REQUIRED") {
    const { _id: paymentId, bookingId, state } = payment;
    deps.logger.warn("payment waits for Stripe", { bookingId, paymentId, state, intent: intent.status });
  }
  const checkAt = nextLook(payment.payBy, deps.clock());
  return (await deps.payments.write(payment, { checkAt }, [])) ? "rests" : null;
}

async function reread(deps: PaymentsDeps, payment: Payment): Promise<Payment> {
  const found = await deps.payments.find(payment._id);
  if (!found) throw new Error(`payment ${payment._id} has vanished`);
  return found;
}
