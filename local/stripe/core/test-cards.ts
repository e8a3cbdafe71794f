/**
 * Stripe's published test payment methods.
 * Source: https://docs.stripe.com/testing (cards by brand and country, declined payments, fraud prevention,
 * disputes, refunds, available balance, 3D Secure authentication, regulatory cards).
 */

/** Why an issuer says no. `declineCode` is null where Stripe documents none of its own. */
export interface Decline {
  code: string;
  declineCode: string | null;
  message: string;
}

export interface TestCard {
  brand: "visa" | "mastercard" | "amex" | "discover" | "diners" | "jcb" | "unionpay";
  last4: string;
  funding: "credit" | "debit" | "prepaid";
  country: string;
  /** The customer must authenticate before the card is charged. */
  authenticationRequired: boolean;
  /** How the charge ends (after any authentication); null is approval. */
  decline: Decline | null;
  riskLevel: "normal" | "elevated" | "highest";
  /** How a refund of the charge goes: at once, later, or at once and failing later. */
  refund: "succeeds" | "pending" | "fails";
}

const declined = (
  declineCode: string,
  message = "Your card was declined.",
  code = "card_declined",
): Decline => ({
  code,
  declineCode,
  message,
});
const INSUFFICIENT_FUNDS = declined("insufficient_funds", "Your card has insufficient funds.");
const GENERIC = declined("generic_decline");
const EXPIRED: Decline = { code: "expired_card", declineCode: null, message: "Your card has expired." };
const WRONG_CVC: Decline = {
  code: "incorrect_cvc",
  declineCode: null,
  message: "Your card's security code is incorrect.",
};
const PROCESSING: Decline = {
  code: "processing_error",
  declineCode: null,
  message: "An error occurred while processing your card. Try again in a little bit.",
};
const BLOCKED = declined("fraudulent");

/** The decline of an off-session payment whose card asks for authentication. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: "authentication_required",
  declineCode: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};

const card = (last4: string, differing: Partial<TestCard> = {}): TestCard => ({
  brand: "visa",
  last4,
  funding: "credit",
  country: "US",
  authenticationRequired: false,
  decline: null,
  riskLevel: "normal",
  refund: "succeeds",
  ...differing,
});

const VELOCITY = declined("card_velocity_exceeded", "Your card was declined for making repeated attempts.");
const authenticated = { authenticationRequired: true } as const;

/** By the name without `pm_card_` or `tok_`. */
const CARDS: Readonly<Record<string, TestCard>> = {
  visa: card("4242"),
  visa_debit: card("5556", { funding: "debit" }),
  mastercard: card("4444", { brand: "mastercard" }),
  mastercard_debit: card("8210", { brand: "mastercard", funding: "debit" }),
  mastercard_prepaid: card("5100", { brand: "mastercard", funding: "prepaid" }),
  amex: card("8431", { brand: "amex" }),
  discover: card("1117", { brand: "discover" }),
  diners: card("0004", { brand: "diners" }),
  jcb: card("0505", { brand: "jcb" }),
  unionpay: card("0005", { brand: "unionpay", country: "CN" }),
  us: card("4242"),
  at: card("0008", { country: "AT" }),
  br: card("0002", { country: "BR" }),
  ca: card("0000", { country: "CA" }),
  ch: card("0009", { country: "CH" }),
  de: card("0003", { country: "DE" }),
  es: card("0007", { country: "ES" }),
  fr: card("0003", { country: "FR" }),
  gb: card("0000", { country: "GB" }),
  ie: card("0005", { country: "IE" }),
  it: card("0008", { country: "IT" }),
  nl: card("0002", { country: "NL" }),
  au: card("0006", { country: "AU" }),
  jp: card("0003", { country: "JP" }),
  chargeDeclined: card("0002", { decline: GENERIC }),
  chargeDeclinedInsufficientFunds: card("9995", { decline: INSUFFICIENT_FUNDS }),
  chargeDeclinedLostCard: card("9987", { decline: declined("lost_card") }),
  chargeDeclinedStolenCard: card("9979", { decline: declined("stolen_card") }),
  chargeDeclinedExpiredCard: card("0069", { decline: EXPIRED }),
  chargeDeclinedIncorrectCvc: card("0127", { decline: WRONG_CVC }),
  chargeDeclinedProcessingError: card("0119", { decline: PROCESSING }),
  chargeDeclinedVelocityLimitExceeded: card("6975", { decline: VELOCITY }),
  chargeDeclinedFraudulent: card("0019", { decline: BLOCKED, riskLevel: "highest" }),
  radarBlock: card("0019", { decline: BLOCKED, riskLevel: "highest" }),
  riskLevelHighest: card("4954", { decline: BLOCKED, riskLevel: "highest" }),
  riskLevelElevated: card("9235", { riskLevel: "elevated" }),
  // Attaching it to a customer works, charging it does not; there are no customers here.
  chargeCustomerFail: card("0341", { decline: GENERIC }),
  bypassPending: card("0077"),
  bypassPendingInternational: card("0278", { country: "IE" }),
  pendingRefund: card("7726", { refund: "pending" }),
  refundFail: card("5126", { refund: "fails" }),
  authenticationRequired: card("3184", { ...authenticated, country: "IE" }),
  authenticationRequiredOnSetup: card("3155", { ...authenticated, country: "IE" }),
  // Set up for off-session use already, so only an on-session payment asks; see `confirm`.
  authenticationRequiredSetupForOffSession: card("0446", { ...authenticated, country: "IE" }),
  authenticationRequiredChargeDeclinedInsufficientFunds: card("3178", {
    ...authenticated,
    country: "IE",
    decline: INSUFFICIENT_FUNDS,
  }),
  threeDSecure2Required: card("3220", authenticated),
  threeDSecureRequired: card("3220", authenticated),
  threeDSecureRequiredChargeDeclined: card("1629", { ...authenticated, decline: GENERIC }),
  // The lookup itself fails, so the payment is declined before anybody is asked.
  threeDSecureRequiredProcessingError: card("1280", { decline: GENERIC }),
  threeDSecureOptional: card("3055"),
  threeDSecureOptionalProcessingError: card("3097"),
};

/** Published twice: once plainly and once with the brand, as `pm_card_visa_chargeDeclined`. */
const withoutBrand = (name: string): string => (CARDS[name] ? name : name.replace(/^visa_/, ""));

const find = (name: string): string | null => {
  const key = withoutBrand(name);
  return Object.hasOwn(CARDS, key) ? key : null;
};

/** The card's key for `pm_card_<name>`, or null when Stripe publishes no such payment method. */
export function cardOfPaymentMethod(id: string): string | null {
  return id.startsWith("pm_card_") ? find(id.slice("pm_card_".length)) : null;
}

/** The card's key for `tok_<name>`, or null when Stripe publishes no such token. */
export function cardOfToken(token: string): string | null {
  return token.startsWith("tok_") ? find(token.slice("tok_".length)) : null;
}

/** The card behind a key that one of the functions above gave. */
export function testCard(key: string): TestCard {
  const found = CARDS[key];
  if (!found) throw new Error(`no test card ${key}`);
  return found;
}
