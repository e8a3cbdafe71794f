import type { SessionRecord } from "../core/session.ts";

/**
 * Where a buyer who has paid goes, with the session's id put in for the documented placeholder.
 * https://docs.stripe.com/payments/checkout/custom-success-page
 */
export const successAddress = (session: SessionRecord): string =>
  new URL(session.successUrl.replaceAll("{CHECKOUT_SESSION_ID}", session.id)).href;
