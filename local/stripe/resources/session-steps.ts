import { confirm } from "../core/attempt.ts";
import { cancel } from "../core/ending.ts";
import type { IntentRecord } from "../core/records.ts";
import type { SessionRecord } from "../core/session.ts";
import { ApiError, invalidRequest, noSuch } from "../http/errors.ts";
import { applyStep } from "./intent-steps.ts";
import { createIntent } from "./new-intent.ts";
import { createMethod } from "./payment-methods.ts";
import { renderSession, sessionPath } from "./render-session.ts";
import { emit, type Work } from "./work.ts";

/** Stored Checkout Sessions, led from open to complete or expired with their PaymentIntents and events. */

/** @throws ApiError 404 resource_missing */
export function findSession(work: Work, id: string): SessionRecord {
  const session = work.store.sessions.find(id);
  if (!session) throw noSuch("checkout.session", id, "session", true);
  return session;
}

/**
 * Pays an open session with a card of test-cards.ts. The first payment makes the PaymentIntent, later ones try it again:
 * https://docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session
 */
export function paySession(
  work: Work,
  session: SessionRecord,
  buyer: { email: string; name: string; card: string },
): IntentRecord {
  const existing = session.paymentIntent === null ? null : work.store.intents.find(session.paymentIntent);
  const intent = existing ?? newIntent(work, session);
  const { email, name } = buyer;
  work.store.sessions.update({ ...session, paymentIntent: intent.id, customer: { email, name } });
  const returnUrl = work.baseUrl + sessionPath(session.id);
  const method = createMethod(work, buyer.card);
  return applyStep(work, confirm({ ...intent, returnUrl }, method, { offSession: false }, work));
}

const newIntent = (work: Work, session: SessionRecord): IntentRecord =>
  createIntent(work, {
    ...session.intentData,
    amount: session.amountTotal,
    currency: session.currency,
    status: "requires_payment_method",
    allowedPaymentMethodTypes: ["card"],
    automaticPaymentMethods: null,
    paymentMethod: null,
    returnUrl: null,
    useStripeSdk: false,
    checkoutSession: session.id,
  });

/**
 * Ends an open session: it can no longer be paid, and what it tried to pay is cancelled.
 * @throws ApiError 400 when it is not open.
 */
export function expireSession(work: Work, session: SessionRecord): SessionRecord {
  if (session.status !== "open") {
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }
  const expired: SessionRecord = { ...session, status: "expired" };
  work.store.sessions.update(expired);
  const intent = session.paymentIntent === null ? null : work.store.intents.find(session.paymentIntent);
  if (intent) applyStep(work, cancel(intent, null, "automatic", work.nowSeconds));
  emit(work, "checkout.session.expired", renderSession(work, expired));
  return expired;
}

/**
 * Keeps an intent's own endpoints off it while the buyer may still be paying: its session is expired instead.
 * https://docs.stripe.com/api/payment_intents/cancel
 * @throws ApiError 400
 */
export function refuseWhileCheckoutIsOpen(work: Work, intent: IntentRecord): void {
  const session = intent.checkoutSession ? work.store.sessions.find(intent.checkoutSession) : null;
  if (session?.status !== "open") return;
  throw new ApiError(400, {
    type: "invalid_request_error",
    message: "You cannot perform this action on PaymentIntents created by Checkout.",
  });
}
