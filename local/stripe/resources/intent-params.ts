import { formatMinor, MAX_AMOUNT_MINOR, minimumMinor } from "../core/money.ts";
import { invalidRequest } from "../http/errors.ts";
import { boolean, integer, metadata, optional, removed, unsettable, url } from "../http/params.ts";
import { METHOD_PARAMS } from "./payment-methods.ts";

/** Parameters that several PaymentIntent endpoints share. */

/** https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents */
export const REMOVED = {
  payment_method_types: removed(
    "payment_method_types_no_longer_supported",
    "The payment_method_types parameter is no longer supported. Use allowed_payment_method_types instead.",
  ),
};

/** 1 to 99,999,999; the currency's own minimum is `requireMinimum`'s. */
export const intentAmount = integer({ min: 1, max: MAX_AMOUNT_MINOR, tooLarge: "amount_too_large" });
export const INTENT = { kind: "payment_intent", isList: false } as const;

/** What may be said of an intent when it is made and later. */
export const DESCRIPTIVE = {
  metadata: optional(metadata),
  description: optional(unsettable(1_000)),
  receipt_email: optional(unsettable(800)),
  statement_descriptor: optional(unsettable(22)),
  statement_descriptor_suffix: optional(unsettable(22)),
};

/** What may be said whenever an intent is confirmed. */
export const CONFIRMATION = {
  ...METHOD_PARAMS,
  return_url: optional(url),
  use_stripe_sdk: optional(boolean),
  off_session: optional(boolean),
};

/** @throws ApiError 400 amount_too_small */
export function requireMinimum(amountMinor: number, code: string): void {
  const least = minimumMinor(code);
  if (amountMinor >= least) return;
  throw invalidRequest(`Amount must be at least ${formatMinor(least, code)}`, {
    code: "amount_too_small",
    param: "amount",
  });
}
