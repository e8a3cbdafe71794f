import type Stripe from "stripe";
import type { Report } from "./shop.ts";

/** What a webhook says, and of whom. */
export function reportOf({ type, data, request }: Stripe.Event): Report {
  const {
    object,
    id,
    metadata,
    payment_intent: named,
  } = data.object as unknown as {
    object: string;
    id: string;
    metadata?: { bookingId?: string };
    payment_intent?: string | null;
  };
  const intentId = object === "payment_intent" ? id : (named ?? undefined);
  return { type, bookingId: metadata?.bookingId, intentId, key: request?.idempotency_key ?? null };
}
