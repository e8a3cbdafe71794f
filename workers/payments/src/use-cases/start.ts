import { describeError } from "#shared/observability/log.ts";
import { isAtRest, nextState, type PaymentState } from "../core/machine.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import type { Refusal } from "../core/provider.ts";
import { TOO_LATE } from "../core/settle.ts";
import { giveUp, keyOf } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";
import { addEntered, enter } from "./enter.ts";
import type { Step } from "./step.ts";

/**
 * Stripe's page lives for 30 minutes at the least, counted from its making, whenever before payBy that is; the minute
 * is for clocks that differ. It is closed at payBy. A time of its own would differ from try to try, and its key with it.
 * https://docs.stripe.com/api/checkout/sessions/create
 */
const PAGE_LIVES_AFTER_PAY_BY_MS = 31 * 60_000;

/** Where a payment that nobody has begun goes, and what Stripe made for it. */
interface Begun {
  state: PaymentState;
  change: PaymentChange;
  made: Made | null;
}

/**
 * Makes a payment's intent, or the page on which its buyer names a card, unless there is nothing to pay or it is too
 * late. What Stripe made is stored before anybody could pay it: what a crash forgets can take no money.
 */
export async function start(deps: PaymentsDeps, payment: Payment, isTooLate: boolean): Promise<Step> {
  const { state, change, made } = await begin(deps, payment, isTooLate);
  const next = await enter(deps, payment, state, change);
  if (!next && made) await withdraw(deps, payment, made);
  return next;
}

/**
 * Adds a new payment. One by card is added as it is once its intent is made, in one write: the intent's key is the booking's,
 * so that who comes again after a crash gets the same one. Where Stripe cannot, it is added as it came, like one that is
 * paid on a page, and whoever drives it begins it.
 * @returns it as it was added, or null when the booking has a payment already that needs none of this
 * @throws what Stripe's answer was, once a payment that could not be begun is added
 */
export async function addBegun(deps: PaymentsDeps, fresh: Payment): Promise<Payment | null> {
  if (fresh.paymentMethodToken === null && fresh.amount > 0)
    return (await deps.payments.add(fresh)) ? fresh : null;
  let begun: Begun;
  try {
    begun = await begin(deps, fresh, deps.clock() >= fresh.payBy.getTime());
  } catch (error) {
    // Who has been here before knows more: by which key to ask, first of all.
    if (!(await deps.payments.add(fresh))) return null;
    throw error;
  }
  const added = await addEntered(deps, fresh, begun.state, begun.change);
  return added || !begun.made ? added : takeUp(deps, fresh, begun.made, begun);
}

/** What was made for a payment that there was already: one that waits for it goes on with it. */
async function takeUp(deps: PaymentsDeps, fresh: Payment, made: Made, { state, change }: Begun) {
  const known = await deps.payments.ofBooking(fresh.bookingId);
  const next = known?.state === "CREATED" ? await enter(deps, known, state, change) : null;
  if (!next) await withdraw(deps, fresh, made);
  return next;
}

async function begin(deps: PaymentsDeps, payment: Payment, isTooLate: boolean): Promise<Begun> {
  const to = (
    input: Parameters<typeof nextState>[1],
    change: PaymentChange = {},
    made: Made | null = null,
  ) => ({
    ...{ state: nextState(payment.state, input), change, made },
  });
  if (payment.amount === 0) return to("nothing-to-pay");
  if (isTooLate) return to("payBy", { failureReason: TOO_LATE });
  const made = await make(deps, payment);
  return "status" in made
    ? to("intent.refused", { failureReason: made.failure })
    : to("intent.made", made, made);
}

type Made = Pick<PaymentChange, "checkout" | "intentId" | "clientSecret">;

/**
 * Ends what was made for a payment that came to its end meanwhile: it was undone before anybody knew of this. Where that
 * does not work, or a crash comes first, it stays open and holds nothing, until the comparison with Stripe finds it.
 */
async function withdraw(deps: PaymentsDeps, payment: Payment, made: Made): Promise<void> {
  const after = await deps.payments.ofBooking(payment.bookingId);
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
