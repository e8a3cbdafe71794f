/** Why an issuer says no: https://docs.stripe.com/declines/codes. `declineCode` is null where Stripe documents none of its own. */
export interface Decline {
  code: string;
  declineCode: string | null;
  message: string;
}

/** A `card_declined`. */
export const declined = (declineCode: string, message = "Your card was declined."): Decline => ({
  code: "card_declined",
  declineCode,
  message,
});

const of = (code: string, message: string): Decline => ({ code, declineCode: null, message });

export const GENERIC = declined("generic_decline");
export const INSUFFICIENT_FUNDS = declined("insufficient_funds", "Your card has insufficient funds.");
export const VELOCITY = declined(
  "card_velocity_exceeded",
  "Your card was declined for making repeated attempts.",
);
export const BLOCKED = declined("fraudulent");
export const EXPIRED = of("expired_card", "Your card has expired.");
export const WRONG_CVC = of("incorrect_cvc", "Your card's security code is incorrect.");
export const PROCESSING = of(
  "processing_error",
  "An error occurred while processing your card. Try again in a little bit.",
);

/** The decline of an off-session payment whose card asks for authentication. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: "authentication_required",
  declineCode: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};
