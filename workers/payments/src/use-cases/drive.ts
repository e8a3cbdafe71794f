import { Unavailable } from "#shared/errors/problem.ts";
import { beginRefund } from "../core/aftermath.ts";
import { isAfterCapture, nextState, type PaymentState } from "../core/machine.ts";
import type { Intent, Payment, PaymentChange } from "../core/payment.ts";
import { KeySpent } from "../core/provider.ts";
import { settle } from "../core/settle.ts";
import { askStripe, giveUp } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";
import { enter } from "./enter.ts";
import { lookAfterCapture } from "./look-after-capture.ts";
import { lookAgain } from "./look-again.ts";
import { start } from "./start.ts";
import type { Step } from "./step.ts";

/** A payment moves by at most six steps in one drive; the rest is for those that others were faster with. */
const MAX_STEPS = 10;

/**
 * Drives a payment as far as it goes by itself: asks Stripe for what its state needs, and moves by the
 * answer. Safe to repeat at any point: every call to Stripe has its key, every write its guard.
 * @param isNewIntent the caller has just made its intent, so that nobody can have confirmed it
 * @throws Unavailable when Stripe or MongoDB does not answer; the payment stays where it is
 */
export async function drive(deps: PaymentsDeps, payment: Payment, isNewIntent = false): Promise<Payment> {
  let current = payment;
  let isNew = isNewIntent;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = await driveOnce(deps, current, isNew);
    if (next === "rests") return current;
    isNew = current.state === "CREATED" && next !== null;
    current = next ?? (await reread(deps, current));
  }
  throw new Unavailable("payments", "the payment keeps being written by others");
}

async function driveOnce(deps: PaymentsDeps, payment: Payment, isNewIntent: boolean): Promise<Step> {
  const isTooLate = deps.clock() >= payment.payBy.getTime();
  try {
    if (payment.state === "CREATED") return await start(deps, payment, isTooLate);
    if (isAfterCapture(payment.state)) return await lookAfterCapture(deps, payment);
    const intent = await askStripe(deps, payment, { isNewIntent, isTooLate });
    return intent ? await settled(deps, payment, intent, isTooLate) : "rests";
  } catch (error) {
    const keyNumber = payment.keyNumber + 1;
    if (error instanceof KeySpent) await deps.payments.write(payment, { keyNumber }, []);
    throw error;
  }
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
      const failureReason = verdict.failureReason ?? payment.failureReason;
      const change = { failureReason, ...learned(payment, intent, verdict.state) };
      return enter(deps, payment, verdict.state, change);
    }
    case "cancel": {
      const left = await giveUp(deps, payment);
      if (left.status === "canceled") {
        const { failureReason } = verdict;
        const state = nextState(payment.state, isTooLate ? "payBy" : "declined");
        return enter(deps, payment, state, { failureReason, ...learned(payment, left, state) });
      }
      // The buyer was faster, or it is on its way to an end of its own, which the next look will find.
      const then = settle(payment, left, isTooLate);
      if (then.kind !== "enter") return rest(deps, payment, left);
      return enter(deps, payment, then.state, learned(payment, left, then.state));
    }
    case "same":
      return rest(deps, payment, intent);
  }
}

/** What a payment learns from its intent: on Stripe's page, that is the intent's id first of all. */
function learned(payment: Payment, intent: Intent, state: PaymentState): PaymentChange {
  const intentId = intent.id ?? payment.intentId;
  if (!isAfterCapture(state)) return { intentId };
  const capturedAmount = intent.amountReceived;
  // Captured by somebody while it was being voided: what was taken goes back.
  const isUndone = state === "REFUNDING";
  return { intentId, capturedAmount, ...(isUndone ? beginRefund(payment, payment.keyNumber) : {}) };
}

/** Waits, for the buyer or for Stripe to decide: plans the next look, should no webhook come before. */
async function rest(deps: PaymentsDeps, payment: Payment, intent: Intent): Promise<Step> {
  if (payment.state !== "ACTION_REQUIRED") {
    const { _id: paymentId, bookingId, state } = payment;
    deps.logger.warn("payment waits for Stripe", { bookingId, paymentId, state, intent: intent.status });
  }
  const checkAt = lookAgain(deps, payment);
  return (await deps.payments.write(payment, { checkAt }, [])) ? "rests" : null;
}

async function reread(deps: PaymentsDeps, payment: Payment): Promise<Payment> {
  const found = await deps.payments.find(payment._id);
  if (!found) throw new Error(`payment ${payment._id} has vanished`);
  return found;
}
