import type Stripe from "stripe";
import { Problem } from "#shared/errors/problem.ts";
import type { Payment } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";

/**
 * Takes in what Stripe reports. A webhook only causes a look: the intent is asked for, so that a late, a
 * doubled or a disordered report can do no harm.
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
  const { metadata } = event.data.object as { metadata?: Record<string, string> | null };
  const bookingId = metadata?.bookingId;
  if (!event.type.startsWith("payment_intent.") || !bookingId) return null;
  return deps.payments.takeWebhook(bookingId, event.id, new Date(deps.clock()));
}
