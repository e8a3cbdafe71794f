import type { PaymentMethodRecord } from "../core/records.ts";
import { cardOfPaymentMethod, cardOfToken } from "../core/test-cards.ts";
import { invalidRequest, noSuch } from "../http/errors.ts";
import { hash, oneOf, optional, type Parsed, required, string } from "../http/params.ts";
import type { Work } from "./work.ts";

/** The two ways to say how to pay. Raw card numbers are refused, as by an account without that permission. */
export const METHOD_PARAMS = {
  payment_method: optional(string),
  payment_method_data: optional(
    hash({ type: required(oneOf("card")), card: required(hash({ token: required(string) })) }),
  ),
};

/**
 * The payment method that the parameters name, or null when they name none. A published test method becomes a
 * new PaymentMethod of its own, as at Stripe.
 * @throws ApiError 400 resource_missing for one that does not exist; 400 for both ways at once.
 */
export function methodOf(work: Work, params: Parsed<typeof METHOD_PARAMS>): PaymentMethodRecord | null {
  const { payment_method: id, payment_method_data: data } = params;
  if (id !== undefined && data !== undefined) {
    throw invalidRequest(
      "You may only specify one of these parameters: payment_method, payment_method_data.",
      { code: "parameters_exclusive", param: "payment_method" },
    );
  }
  if (id !== undefined) {
    const existing = work.store.methods.find(id);
    if (existing) return existing;
    const card = cardOfPaymentMethod(id);
    if (!card) throw noSuch("PaymentMethod", id, "payment_method");
    return createMethod(work, card);
  }
  if (data === undefined) return null;
  const card = cardOfToken(data.card.token);
  if (!card) throw noSuch("token", data.card.token, "payment_method_data[card][token]");
  return createMethod(work, card);
}

/** A PaymentMethod of its own for a card of test-cards.ts. */
export function createMethod(work: Work, card: string): PaymentMethodRecord {
  const record = { id: work.newId("pm"), created: work.nowSeconds, card };
  work.store.methods.insert(record);
  return record;
}
