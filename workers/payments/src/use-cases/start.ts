import { describeError } from "#shared/observability/log.ts";
import { isAtRest, nextState } from "../core/machine.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import type { Refusal } from "../core/provider.ts";
import { TOO_LATE } from "../core/settle.ts";
import { giveUp, keyOf } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";
import { enter } from "./enter.ts";
import type { Step } from "./step.ts";

/**
 * Stripe's page lives for 30 minutes at the least, counted from its making, whenever before payBy that is; the minute
 * is for clocks that differ. It is closed at payBy. A time of its own would differ from try to try, and its key with it.
 * https://docs.stripe.com/api/checkout/sessions/create
 */
const PAGE_LIVES_AFTER_PAY_BY_MS = 31 * 60_000;

/**
 * Makes a payment's intent, or the page on which its buyer names a card, unless there is nothing to pay or it is too
 * late. What Stripe made is stored before anybody could pay it: what a crash forgets can take no money.
 */
export async function start(deps: PaymentsDeps, payment: Payment, isTooLate: boolean): Promise<Step> {
  const to = (input: Parameters<typeof nextState>[1], change: PaymentChange = {}) =>
    enter(deps, payment, nextState(payment.state, input), change);
  if (payment.amount === 0) return to("nothing-to-pay");
  if (isTooLate) return to("payBy", { failureReason: TOO_LATE });
  const made = await make(deps, payment);
  if ("status" in made) return to("intent.refused", { failureReason: made.failure });
  const next = await to("intent.made", made);
  if (!next) await withdraw(deps, payment, made);
  return next;
}

type Made = Pick<PaymentChange, "checkout" | "intentId" | "clientSecret">;

/**
 * Ends what was made for a payment that came to its end meanwhile: it was undone before anybody knew of this. Where that
 * does not work, or a crash comes first, it stays open and holds nothing, until the comparison with Stripe finds it.
 */
async function withdraw(deps: PaymentsDeps, payment: Payment, made: Made): Promise<void> {
  const after = await deps.payments.find(payment._id);
  // Somebody else who drives it made the same, with the same key.
  if (!after || !isAtRest(after.state) || after.intentId !== null || after.checkout !== null) return;
  await giveUp(deps, { ...payment, ...made }).catch((error) => {
    const { bookingId, _id: paymentId } = payment;
    deps.logger.warn("an intent stays open", { bookingId, paymentId, error: describeError(error) });
  });
}

async function make(deps: PaymentsDeps, payment: Payment): Promise<Made | Refusal> {
  const { _id: paymentId, bookingId, amount, currency, paymentMethodToken, payBy } = payment;
  const request = { bookingId, paymentId, amount, currency };
  const key = keyOf(payment, "create");
  if (paymentMethodToken === null) {
    const expiresAt = new Date(payBy.getTime() + PAGE_LIVES_AFTER_PAY_BY_MS);
    const page = await deps.provider.openPage({ ...request, expiresAt }, key);
    return page.status === "refused" ? page : { checkout: { id: page.id, url: page.url } };
  }
  const intent = await deps.provider.createIntent(request, key);
  return intent.status === "refused" ? intent : { intentId: intent.id, clientSecret: intent.clientSecret };
}
