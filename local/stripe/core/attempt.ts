import { AUTHENTICATION_REQUIRED, type Decline } from "./declines.ts";
import type { ChargeRecord, IntentRecord, PaymentFailure, PaymentMethodRecord } from "./records.ts";
import { CONFIRMABLE, isOpen, type Step, type StepContext, unexpected } from "./step.ts";
import { testCard } from "./test-cards.ts";

/** Attempts to pay: a charge, a decline, or a wait for the customer to authenticate. */

/** How long a card authorisation may be captured: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export const AUTHORISATION_SECONDS = 7 * 24 * 60 * 60;

/** @throws StateRefusal when the intent's status allows no confirmation. */
export function assertConfirmable(intent: IntentRecord): void {
  if (intent.status === "succeeded") {
    throw unexpected(
      "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
    );
  }
  if (isOpen(intent.status)) return;
  throw unexpected(
    `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent ` +
      `with one of the following statuses may be confirmed: ${CONFIRMABLE.join(", ")}.`,
  );
}

/**
 * Tries to pay with `method`: ends in requires_action, requires_capture, succeeded, or back in
 * requires_payment_method with `failure`.
 * @throws StateRefusal when the intent's status allows no confirmation.
 */
export function confirm(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  options: { offSession: boolean },
  context: StepContext,
): Step {
  assertConfirmable(intent);
  const card = testCard(method.card);
  if (card.authenticationRequired) {
    const exempt = options.offSession && method.card === "authenticationRequiredSetupForOffSession";
    if (options.offSession && !exempt) return declineCharge(intent, method, AUTHENTICATION_REQUIRED, context);
    if (!exempt) return askForAuthentication(intent, method, context);
  }
  return charge(intent, method, false, context);
}

function askForAuthentication(intent: IntentRecord, method: PaymentMethodRecord, context: StepContext): Step {
  const next: IntentRecord = {
    ...intent,
    status: "requires_action",
    paymentMethod: method.id,
    attempt: context.newId("payatt"),
  };
  return { intent: next, charge: null, events: ["payment_intent.requires_action"], failure: null };
}

/**
 * Ends the authentication under way: `passed` charges the card, otherwise the intent needs another method.
 * @throws StateRefusal when none is under way.
 */
export function authenticate(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  passed: boolean,
  context: StepContext,
): Step {
  if (intent.status !== "requires_action") throw unexpected("This PaymentIntent awaits no authentication.");
  if (passed) return charge({ ...intent, attempt: null }, method, true, context);
  const failure: PaymentFailure = {
    type: "invalid_request_error",
    code: "payment_intent_authentication_failure",
    declineCode: null,
    message:
      "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new " +
      "PaymentMethod to attempt to fulfill this PaymentIntent again.",
    charge: null,
    paymentMethod: method,
  };
  return {
    intent: failed(intent, failure),
    charge: null,
    events: ["payment_intent.payment_failed"],
    failure,
  };
}

const failed = (intent: IntentRecord, failure: PaymentFailure): IntentRecord => ({
  ...intent,
  status: "requires_payment_method",
  paymentMethod: null,
  attempt: null,
  lastPaymentError: failure,
});

function charge(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  authenticated: boolean,
  context: StepContext,
): Step {
  const { decline } = testCard(method.card);
  if (decline) return declineCharge(intent, method, decline, context);
  const capturesNow = intent.captureMethod !== "manual";
  const captureBefore = capturesNow ? null : context.nowSeconds + AUTHORISATION_SECONDS;
  const made: ChargeRecord = {
    ...newCharge(intent, method, context),
    amountCaptured: capturesNow ? intent.amount : 0,
    captured: capturesNow,
    authenticated,
    captureBefore,
  };
  const next: IntentRecord = {
    ...intent,
    status: capturesNow ? "succeeded" : "requires_capture",
    paymentMethod: method.id,
    attempt: null,
    lastPaymentError: null,
    latestCharge: made.id,
    amountReceived: made.amountCaptured,
    captureBefore,
  };
  const announced = capturesNow ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated";
  return { intent: next, charge: made, events: ["charge.succeeded", announced], failure: null };
}

function declineCharge(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  decline: Decline,
  context: StepContext,
): Step {
  const made: ChargeRecord = { ...newCharge(intent, method, context), status: "failed", failure: decline };
  const failure: PaymentFailure = {
    type: "card_error",
    ...decline,
    charge: made.id,
    paymentMethod: method,
  };
  return {
    intent: { ...failed(intent, failure), latestCharge: made.id },
    charge: made,
    events: ["charge.failed", "payment_intent.payment_failed"],
    failure,
  };
}

const newCharge = (
  intent: IntentRecord,
  method: PaymentMethodRecord,
  context: StepContext,
): ChargeRecord => ({
  id: context.newId("ch"),
  created: context.nowSeconds,
  paymentIntent: intent.id,
  paymentMethod: method.id,
  card: method.card,
  amount: intent.amount,
  amountCaptured: 0,
  amountRefunded: 0,
  currency: intent.currency,
  captured: false,
  status: "succeeded",
  failure: null,
  authenticated: false,
  captureBefore: null,
  disputed: false,
  description: intent.description,
  metadata: intent.metadata,
});
