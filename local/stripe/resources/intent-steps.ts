import { assertConfirmable, confirm } from "../core/attempt.ts";
import { cancel, capture, expire } from "../core/ending.ts";
import type { IntentRecord, PaymentMethodRecord, RequestedCancellation } from "../core/records.ts";
import { StateRefusal, type Step } from "../core/step.ts";
import { ApiError, errorBody, invalidRequest, noSuch } from "../http/errors.ts";
import { disputeCaptured } from "./dispute-steps.ts";
import { type Outcome, ok } from "./endpoint.ts";
import { renderCharge } from "./render-charge.ts";
import { renderFailure, renderIntent } from "./render-intent.ts";
import { completeSessionOf } from "./session-completion.ts";
import { emit, type Work } from "./work.ts";

/** Stored intents, led from state to state with their charges and events. */

/** @throws ApiError 404 resource_missing */
export function findIntent(work: Work, id: string): IntentRecord {
  const intent = work.store.intents.find(id);
  if (!intent) throw noSuch("payment_intent", id, "intent", true);
  return intent;
}

/** Stores what a step decided and announces it, in the caller's transaction. */
export function applyStep(work: Work, step: Step): IntentRecord {
  if (step.charge) {
    if (work.store.charges.find(step.charge.id)) work.store.charges.update(step.charge);
    else work.store.charges.insert(step.charge);
  }
  work.store.intents.update(step.intent);
  for (const type of step.events) {
    const about = type.startsWith("charge.") && step.charge;
    emit(work, type, about ? renderCharge(about) : renderIntent(step.intent, work.baseUrl));
  }
  completeSessionOf(work, step.intent);
  if (step.charge) disputeCaptured(work, step.charge);
  return step.intent;
}

/** Turns the core's refusal into the 400 that carries the intent. */
function refusing<T>(work: Work, intent: IntentRecord, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof StateRefusal)) throw error;
    throw new ApiError(400, {
      type: "invalid_request_error",
      code: error.code,
      message: error.message,
      ...(error.param === null ? {} : { param: error.param }),
      payment_intent: renderIntent(intent, work.baseUrl),
    });
  }
}

/** The charge that an intent holds or took. */
const chargeOf = (work: Work, intent: IntentRecord) =>
  intent.latestCharge === null ? null : work.store.charges.find(intent.latestCharge);

export function confirmIntent(
  work: Work,
  intent: IntentRecord,
  named: PaymentMethodRecord | null,
  offSession: boolean,
): Outcome {
  refusing(work, intent, () => assertConfirmable(intent));
  const method =
    named ?? (intent.paymentMethod === null ? null : work.store.methods.find(intent.paymentMethod));
  if (!method) throw missingMethod(work, intent);
  requireReturnUrl(intent);
  const step = refusing(work, intent, () => confirm(intent, method, { offSession }, work));
  const next = renderIntent(applyStep(work, step), work.baseUrl);
  if (!step.failure) return ok(next);
  const { type, code, message, ...failure } = renderFailure(step.failure);
  const detail = { type: "card_error" as const, code: code ?? "", message: message ?? "", ...failure };
  return { status: 402, body: errorBody({ ...detail, payment_intent: next }) };
}

const missingMethod = (work: Work, intent: IntentRecord) =>
  new ApiError(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message:
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
      "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment " +
      "method or ConfirmationToken.",
    payment_intent: renderIntent(intent, work.baseUrl),
  });

/** Stripe asks for it as soon as the intent may use a method that redirects. */
function requireReturnUrl(intent: IntentRecord): void {
  const redirects = intent.automaticPaymentMethods?.allow_redirects === "always";
  if (!redirects || intent.returnUrl !== null || intent.useStripeSdk) return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these " +
      "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't " +
      "want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and " +
      "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
  );
}

export function captureIntent(work: Work, intent: IntentRecord, amount: number | null): Outcome {
  const step = refusing(work, intent, () => capture(intent, chargeOf(work, intent), amount));
  return ok(renderIntent(applyStep(work, step), work.baseUrl));
}

export function cancelIntent(
  work: Work,
  intent: IntentRecord,
  reason: RequestedCancellation | null,
): Outcome {
  const step = refusing(work, intent, () => cancel(intent, chargeOf(work, intent), reason, work.nowSeconds));
  return ok(renderIntent(applyStep(work, step), work.baseUrl));
}

/** Ends the authorisation when its time has come. */
export function expireIntent(work: Work, intent: IntentRecord): void {
  const step = expire(intent, chargeOf(work, intent), work.nowSeconds);
  if (step) applyStep(work, step);
}
