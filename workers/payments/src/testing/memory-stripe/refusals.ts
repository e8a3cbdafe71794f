import Stripe from "stripe";

/** An answer other than success, as it is kept under its key. */
export interface RawError {
  status: number;
  type: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";
  message: string;
  code?: string;
  decline_code?: string;
}

/** Thrown inside, where Stripe would answer with an error. */
export class Refusal extends Error {
  readonly raw: RawError;
  constructor(raw: RawError) {
    super(raw.message);
    this.raw = raw;
  }
}

/** A request that cannot be done: 400, by a code where Stripe has one for it. */
export const refusal = (message: string, code?: string): Refusal =>
  new Refusal({ status: 400, type: "invalid_request_error", message, ...(code && { code }) });

/** 404 for an id in the path, 400 for one in a parameter. */
export const missing = (id: string, isInPath: boolean): Refusal =>
  new Refusal({
    ...{ status: isInPath ? 404 : 400, type: "invalid_request_error", code: "resource_missing" },
    message: `No such object: '${id}'`,
  });

export const unexpectedState = (status: string): Refusal =>
  refusal(`not with a status of ${status}`, "payment_intent_unexpected_state");

/** The error that the official SDK would throw. */
export function toError(raw: RawError): Error {
  const { errors } = Stripe;
  const { status: statusCode, code, ...rest } = raw;
  const options = { ...rest, statusCode, ...(code && { code }) } as never;
  if (raw.type === "idempotency_error") return new errors.StripeIdempotencyError(options);
  if (statusCode === 429) return new errors.StripeRateLimitError(options);
  if (statusCode === 402) return new errors.StripeCardError(options);
  if (statusCode < 500) return new errors.StripeInvalidRequestError(options);
  return new errors.StripeAPIError(options);
}
