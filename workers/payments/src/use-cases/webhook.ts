import type Stripe from "stripe";
import { Problem } from "#shared/errors/problem.ts";
import type { PaymentState } from "../core/machine.ts";
import type { Payment } from "../core/payment.ts";
import type { PaymentRef } from "../repositories/payments.ts";
import { isKeyOf } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";

/**
 * Takes in what Stripe reports. A webhook only causes a look: Stripe is asked, so that a late, a doubled or a
 * disordered report can do no harm.
 * @returns the payment to look at, or null when there is nothing new
 * @throws Problem INVALID_SIGNATURE
 */
export async function takeWebhook(
  deps: PaymentsDeps,
  verify: () => Promise<Stripe.Event>,
): Promise<Payment | null> {
  let event: Stripe.Event;
  try {
    event = await verify();
  } catch {
    throw new Problem("INVALID_SIGNATURE");
  }
  const about = subjectOf(event.type);
  const ref = refOf(event.data.object);
  if (!about || !ref || (about === "intent" && isOurDoing(event, ref))) return null;
  return deps.payments.takeWebhook(ref, { id: event.id, about }, new Date(deps.clock()));
}

/**
 * Whether a call of our own has brought it about. The call's answer says the same, and where none came, whoever made it
 * asks again, or the sweeper does: nothing has to be read or written for such a report. What the buyer, their bank or
 * time does carries no key of ours.
 * @see https://docs.stripe.com/api/events/object#event_object-request
 */
function isOurDoing({ request }: Stripe.Event, ref: PaymentRef): boolean {
  const key = request?.id ? request.idempotency_key : null;
  return key != null && "bookingId" in ref && isKeyOf(ref.bookingId, key);
}

/** Longer than a call to Stripe takes, shorter than a buyer's patience. */
const ASKED_WITHIN_MS = 5_000;

/** States in which a call of our own to Stripe is under way, and its answer says what a report of it says. */
const ASKING: ReadonlySet<PaymentState> = new Set(["CREATED", "AUTHORISING", "CAPTURING", "VOIDING"]);

/**
 * Whether somebody here is just asking Stripe about this payment: another look at once would find the same. It is due
 * for a look all the same: whoever asks tries again, and should they have died, the sweeper comes by.
 */
export function isBeingAsked({ state, updatedAt }: Payment, now: number): boolean {
  return ASKING.has(state) && now - updatedAt.getTime() < ASKED_WITHIN_MS;
}

/** https://docs.stripe.com/api/events/types; null for what does not concern a payment. */
function subjectOf(type: string): "intent" | "aftermath" | null {
  if (/^(payment_intent|checkout\.session)\./.test(type)) return "intent";
  // Also charge.refund.updated, and whatever else becomes of a dispute.
  return /^(charge\.(refund|dispute)|refund)/.test(type) ? "aftermath" : null;
}

/** A refund or dispute that somebody else made names its intent alone. */
function refOf(object: Stripe.Event.Data.Object): PaymentRef | null {
  const { metadata, payment_intent: intent } = object as {
    metadata?: Record<string, string> | null;
    payment_intent?: string | { id: string } | null;
  };
  if (metadata?.bookingId) return { bookingId: metadata.bookingId };
  const intentId = typeof intent === "string" ? intent : intent?.id;
  return intentId ? { intentId } : null;
}
