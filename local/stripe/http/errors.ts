/** Errors in Stripe's shape: https://docs.stripe.com/api/errors */

export type ErrorType = "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";

export interface ErrorDetail {
  type: ErrorType;
  message: string;
  code?: string;
  param?: string;
  [extra: string]: unknown;
}

/** An answer other than success; `status` is the HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: ErrorDetail;
  /** Sent as `Stripe-Should-Retry`, which the SDKs obey. */
  readonly shouldRetry: boolean | null;
  constructor(status: number, detail: ErrorDetail, shouldRetry: boolean | null = null) {
    super(detail.message);
    this.status = status;
    this.detail = detail;
    this.shouldRetry = shouldRetry;
  }
}

const DOC_URL = "https://stripe.com/docs/error-codes/";

/** The JSON body of an error, with the address of its code's documentation where it has one. */
export function errorBody(detail: ErrorDetail): { error: ErrorDetail } {
  if (!detail.code) return { error: detail };
  return { error: { ...detail, doc_url: DOC_URL + detail.code.replaceAll("_", "-") } };
}

/** 400 invalid_request_error; `code` and `param` only where Stripe gives them. */
export function invalidRequest(message: string, extra: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: "invalid_request_error", message, ...extra });
}

/** 404 for an id in the path, 400 for one in a parameter. */
export function noSuch(noun: string, id: string, param: string, inPath = false): ApiError {
  return new ApiError(inPath ? 404 : 400, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${noun}: '${id}'`,
    param,
  });
}

export function unrecognizedUrl(method: string, path: string): ApiError {
  return new ApiError(404, {
    type: "invalid_request_error",
    message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  });
}

/** A 500 of Stripe's own. `shouldRetry` is false where the same key would only replay it. */
export function serverError(shouldRetry: boolean): ApiError {
  const message = "An unknown error occurred. Please try again or contact support@stripe.com.";
  return new ApiError(500, { type: "api_error", message }, shouldRetry);
}

/** A 503: nothing was done, and nobody says when it will be. */
export function unavailable(): ApiError {
  return new ApiError(503, {
    type: "api_error",
    message: "Stripe is temporarily unavailable. Please try again.",
  });
}

export function rateLimited(): ApiError {
  const message = "Request rate limit exceeded. Learn more: https://stripe.com/docs/rate-limits";
  return new ApiError(429, { type: "invalid_request_error", code: "rate_limit", message });
}
