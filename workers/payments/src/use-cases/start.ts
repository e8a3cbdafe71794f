import { nextState } from "../core/machine.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import type { Refusal } from "../core/provider.ts";
import { TOO_LATE } from "../core/settle.ts";
import { keyOf } from "./ask-stripe.ts";
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
  return to("intent.made", made);
}

type Made = Pick<PaymentChange, "checkout" | "intentId" | "clientSecret">;

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
