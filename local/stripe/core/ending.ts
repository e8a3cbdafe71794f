import type { CancellationReason, ChargeRecord, IntentRecord } from "./records.ts";
import { CANCELABLE, StateRefusal, type Step, unexpected } from "./step.ts";

/** How an intent ends: captured, cancelled or lapsed. */

/**
 * Takes `amount` (default: everything) of an authorisation; the rest is released.
 * @throws StateRefusal unless the intent is in requires_capture, or when `amount` is more than was authorised.
 */
export function capture(intent: IntentRecord, authorised: ChargeRecord | null, amount: number | null): Step {
  if (intent.status === "succeeded") {
    throw unexpected("This PaymentIntent could not be captured because it has already been captured.");
  }
  if (intent.status !== "requires_capture" || !authorised) {
    throw unexpected(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a ` +
        "PaymentIntent with one of the following statuses may be captured: requires_capture.",
    );
  }
  const taken = amount ?? intent.amount;
  if (taken > intent.amount) {
    throw new StateRefusal(
      "amount_too_large",
      `The provided capture amount of ${taken} is greater than the capturable amount of ${intent.amount}.`,
      "amount_to_capture",
    );
  }
  return {
    intent: { ...intent, status: "succeeded", amountReceived: taken, captureBefore: null },
    charge: { ...authorised, captured: true, amountCaptured: taken, captureBefore: null },
    events: ["charge.captured", "payment_intent.succeeded"],
    failure: null,
  };
}

/**
 * Gives up on the intent and releases what it holds.
 * @throws StateRefusal once it has succeeded or been cancelled.
 */
export function cancel(
  intent: IntentRecord,
  authorised: ChargeRecord | null,
  reason: CancellationReason | null,
  nowSeconds: number,
): Step {
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpected(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent ` +
        `with one of the following statuses may be canceled: ${CANCELABLE.join(", ")}, processing.`,
    );
  }
  const released = intent.status === "requires_capture" ? releaseHold(authorised) : null;
  return {
    intent: { ...canceled(intent, nowSeconds), cancellationReason: reason },
    charge: released,
    events: released ? ["charge.refunded", "payment_intent.canceled"] : ["payment_intent.canceled"],
    failure: null,
  };
}

/** Ends an authorisation that nobody captured in time; null when `intent` holds none that has lapsed. */
export function expire(
  intent: IntentRecord,
  authorised: ChargeRecord | null,
  nowSeconds: number,
): Step | null {
  if (intent.status !== "requires_capture" || intent.captureBefore === null) return null;
  if (nowSeconds < intent.captureBefore) return null;
  return {
    intent: { ...canceled(intent, nowSeconds), cancellationReason: "automatic" },
    charge: releaseHold(authorised),
    events: ["charge.expired", "payment_intent.canceled"],
    failure: null,
  };
}

const canceled = (intent: IntentRecord, nowSeconds: number): IntentRecord => ({
  ...intent,
  status: "canceled",
  canceledAt: nowSeconds,
  attempt: null,
  captureBefore: null,
});

/** A released authorisation shows as refunded in full, without a Refund of its own. */
const releaseHold = (held: ChargeRecord | null): ChargeRecord | null =>
  held && { ...held, amountRefunded: held.amount, captureBefore: null };
