/**
 * Every problem the public API can answer with: its stable `code`, its HTTP status and its title.
 * Clients switch on the code; the title is for people.
 */
export const PROBLEMS = {
  MALFORMED_JSON: { status: 400, title: "The body is not valid JSON" },
  VALIDATION_ERROR: { status: 400, title: "The request is not valid" },
  INVALID_SEAT_COUNT: { status: 400, title: "A booking takes 1 to 10 places" },
  INVALID_SIGNATURE: { status: 400, title: "The signature does not match the body" },
  UNAUTHENTICATED: { status: 401, title: "A valid access token is needed" },
  INVALID_CREDENTIALS: { status: 401, title: "Email or password is wrong" },
  INVALID_REFRESH_TOKEN: {
    status: 401,
    title: "The refresh token is used, expired or revoked: sign in again",
  },
  SIGN_IN_FAILED: { status: 401, title: "The sign-in with the provider did not succeed: begin again" },
  EMAIL_NOT_VERIFIED: { status: 403, title: "The provider has not verified your email address" },
  FORBIDDEN: { status: 403, title: "Your role does not allow this" },
  NOT_FOUND: { status: 404, title: "There is nothing at this address" },
  PROVIDER_NOT_FOUND: { status: 404, title: "No such sign-in provider" },
  USER_NOT_FOUND: { status: 404, title: "No such account" },
  EVENT_NOT_FOUND: { status: 404, title: "No such event" },
  VENUE_NOT_FOUND: { status: 404, title: "No such venue" },
  PLAN_NOT_FOUND: { status: 404, title: "The venue has no seating plan yet" },
  BOOKING_NOT_FOUND: { status: 404, title: "No such booking" },
  PAYMENT_NOT_FOUND: { status: 404, title: "No such payment" },
  DEAD_LETTER_NOT_FOUND: { status: 404, title: "No such dead letter" },
  AUDIT_NOT_FOUND: { status: 404, title: "No such audit, or none that is remembered" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This address does not take that method" },
  EMAIL_ALREADY_EXISTS: { status: 409, title: "An account with this email exists" },
  EVENT_NOT_ON_SALE: { status: 409, title: "The event is not on sale" },
  EVENT_NOT_CHANGEABLE: { status: 409, title: "The event is cancelled or over" },
  EVENT_CHANGED_MEANWHILE: { status: 409, title: "The event was changed since you looked at it" },
  PLAN_CHANGED_MEANWHILE: { status: 409, title: "Another plan was uploaded at the same time" },
  PRICE_CHANGED: { status: 409, title: "The total is not what you expected" },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: "This Idempotency-Key came with another body before" },
  DEAD_LETTER_DECIDED: { status: 409, title: "Somebody has decided about this dead letter before" },
  AUDIT_RUNNING: { status: 409, title: "An audit is running: read it, and ask again when it has ended" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body must be application/json" },
  BOOKING_NOT_CANCELLABLE: { status: 422, title: "The booking cannot be cancelled any more" },
  CANCELLATION_WINDOW_EXPIRED: { status: 422, title: "The event begins in less than 24 hours" },
  DEAD_LETTER_UNREADABLE: { status: 422, title: "The record is no letter of ours: it can only be discarded" },
  RATE_LIMITED: { status: 429, title: "Too many requests: try again later" },
  INTERNAL_ERROR: { status: 500, title: "Something went wrong on our side" },
  SERVICE_UNAVAILABLE: { status: 503, title: "A part of the platform does not answer" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
