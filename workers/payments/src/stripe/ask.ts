import Stripe from "stripe";
import { Unavailable } from "#shared/errors/problem.ts";
import { KeySpent } from "../core/provider.ts";

/** Card declines and requests that an object's state forbids: answers, not outages. */
export function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  return (
    error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError
  );
}

/**
 * A 500 that a key answers with from now on, or parameters that are not those of the key's first use, which
 * a deployment between two tries can do. A 409 is another call with the key under way, and spends nothing.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
function isStored(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return error.statusCode !== 409;
  return error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500;
}

/** Makes a call. @throws a refusal as it is; KeySpent or Unavailable for everything else */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isRefusal(error)) throw error;
    if (isStored(error)) throw new KeySpent("stripe", error);
    // Connection, time-out, 5xx, 429, a key in use by a call under way, a wrong secret: none is the buyer's doing.
    throw new Unavailable("stripe", error);
  }
}

export const isMissing = (error: unknown): boolean => isRefusal(error) && error.code === "resource_missing";

/** Why Stripe refused, in its own words. */
export function failureOf(error: { decline_code?: string | undefined; code?: string | undefined }): string {
  return error.decline_code ?? error.code ?? "declined";
}
