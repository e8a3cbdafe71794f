import {
  BLOCKED,
  type Decline,
  declined,
  EXPIRED,
  GENERIC,
  INSUFFICIENT_FUNDS,
  PROCESSING,
  VELOCITY,
  WRONG_CVC,
} from "./declines.ts";

/**
 * Stripe's published test cards, by number and by the names of their test payment methods.
 * Source: https://docs.stripe.com/testing (cards by brand and country, declined payments, fraud prevention,
 * disputes, refunds, available balance, 3D Secure authentication, regulatory cards).
 */

export interface TestCard {
  brand: "visa" | "mastercard" | "amex" | "discover" | "diners" | "jcb" | "unionpay";
  number: string;
  funding: "credit" | "debit" | "prepaid";
  country: string;
  /** The customer must authenticate before the card is charged. */
  authenticationRequired: boolean;
  /** How the charge ends (after any authentication); null is approval. */
  decline: Decline | null;
  riskLevel: "normal" | "elevated" | "highest";
  /** How a refund of the charge goes: at once, later, or at once and failing later. */
  refund: "succeeds" | "pending" | "fails";
  /** What the cardholder disputes once the charge is captured; an inquiry takes no money. Null is nothing. */
  dispute: { reason: "fraudulent" | "product_not_received"; inquiry: boolean } | null;
}

const card = (number: string, differing: Partial<TestCard> = {}): TestCard => ({
  brand: "visa",
  number,
  funding: "credit",
  country: "US",
  authenticationRequired: false,
  decline: null,
  riskLevel: "normal",
  refund: "succeeds",
  dispute: null,
  ...differing,
});

const debit = { funding: "debit" } as const;
const authenticated = { authenticationRequired: true } as const;
const blocked = { decline: BLOCKED, riskLevel: "highest" } as const;
const fraudulent = { reason: "fraudulent", inquiry: false } as const;

/** By the name without `pm_card_` or `tok_`; a number that no payment method is published for stands for itself. */
const CARDS: Readonly<Record<string, TestCard>> = {
  visa: card("4242424242424242"),
  visa_debit: card("4000056655665556", debit),
  mastercard: card("5555555555554444", { brand: "mastercard" }),
  mastercard_debit: card("5200828282828210", { brand: "mastercard", ...debit }),
  mastercard_prepaid: card("5105105105105100", { brand: "mastercard", funding: "prepaid" }),
  "2223003122003222": card("2223003122003222", { brand: "mastercard" }),
  amex: card("371449635398431", { brand: "amex" }),
  "378282246310005": card("378282246310005", { brand: "amex" }),
  discover: card("6011111111111117", { brand: "discover" }),
  "6011000990139424": card("6011000990139424", { brand: "discover" }),
  "6011981111111113": card("6011981111111113", { brand: "discover", ...debit }),
  diners: card("3056930009020004", { brand: "diners" }),
  "36227206271667": card("36227206271667", { brand: "diners" }),
  jcb: card("3566002020360505", { brand: "jcb" }),
  unionpay: card("6200000000000005", { brand: "unionpay", country: "CN" }),
  us: card("4242424242424242"),
  at: card("4000000400000008", { country: "AT" }),
  br: card("4000000760000002", { country: "BR" }),
  ca: card("4000001240000000", { country: "CA" }),
  ch: card("4000007560000009", { country: "CH" }),
  de: card("4000002760000016", { country: "DE" }),
  es: card("4000007240000007", { country: "ES" }),
  fr: card("4000002500000003", { country: "FR" }),
  gb: card("4000008260000000", { country: "GB" }),
  ie: card("4000003720000005", { country: "IE" }),
  it: card("4000003800000008", { country: "IT" }),
  nl: card("4000005280000002", { country: "NL" }),
  au: card("4000000360000006", { country: "AU" }),
  jp: card("4000003920000003", { country: "JP" }),
  chargeDeclined: card("4000000000000002", { decline: GENERIC }),
  chargeDeclinedInsufficientFunds: card("4000000000009995", { decline: INSUFFICIENT_FUNDS }),
  chargeDeclinedLostCard: card("4000000000009987", { decline: declined("lost_card") }),
  chargeDeclinedStolenCard: card("4000000000009979", { decline: declined("stolen_card") }),
  chargeDeclinedExpiredCard: card("4000000000000069", { decline: EXPIRED }),
  chargeDeclinedIncorrectCvc: card("4000000000000127", { decline: WRONG_CVC }),
  chargeDeclinedProcessingError: card("4000000000000119", { decline: PROCESSING }),
  chargeDeclinedVelocityLimitExceeded: card("4000000000006975", { decline: VELOCITY }),
  chargeDeclinedFraudulent: card("4100000000000019", blocked),
  radarBlock: card("4100000000000019", blocked),
  riskLevelHighest: card("4000000000004954", blocked),
  riskLevelElevated: card("4000000000009235", { riskLevel: "elevated" }),
  // Attaching it to a customer works, charging it does not; there are no customers here.
  chargeCustomerFail: card("4000000000000341", { decline: GENERIC }),
  createDispute: card("4000000000000259", { dispute: fraudulent }),
  createDisputeProductNotReceived: card("4000000000002685", {
    dispute: { reason: "product_not_received", inquiry: false },
  }),
  createDisputeInquiry: card("4000000000001976", { dispute: { reason: "fraudulent", inquiry: true } }),
  bypassPending: card("4000000000000077"),
  bypassPendingInternational: card("4000003720000278", { country: "IE" }),
  pendingRefund: card("4000000000007726", { refund: "pending" }),
  refundFail: card("4000000000005126", { refund: "fails" }),
  authenticationRequired: card("4000002760003184", { ...authenticated, country: "DE" }),
  authenticationRequiredOnSetup: card("4000002500003155", { ...authenticated, country: "FR" }),
  // Set up for off-session use already, so only an on-session payment asks; see `confirm`.
  authenticationRequiredSetupForOffSession: card("4000003800000446", { ...authenticated, country: "IT" }),
  authenticationRequiredChargeDeclinedInsufficientFunds: card("4000008260003178", {
    ...authenticated,
    country: "GB",
    decline: INSUFFICIENT_FUNDS,
  }),
  threeDSecure2Required: card("4000000000003220", authenticated),
  threeDSecureRequired: card("4000000000003220", authenticated),
  threeDSecureRequiredChargeDeclined: card("4000008400001629", { ...authenticated, decline: GENERIC }),
  // The lookup itself fails, so the payment is declined before anybody is asked.
  threeDSecureRequiredProcessingError: card("4000008400001280", { decline: GENERIC }),
  threeDSecureOptional: card("4000000000003055"),
  threeDSecureOptionalProcessingError: card("4000000000003097"),
};

/** Published twice: once plainly and once with the brand, as `pm_card_visa_chargeDeclined`. */
const withoutBrand = (name: string): string => (CARDS[name] ? name : name.replace(/^visa_/, ""));

const find = (name: string): string | null => {
  const key = withoutBrand(name);
  return Object.hasOwn(CARDS, key) && !/^\d/.test(key) ? key : null;
};

/** The card's key for `pm_card_<name>`, or null when Stripe publishes no such payment method. */
export function cardOfPaymentMethod(id: string): string | null {
  return id.startsWith("pm_card_") ? find(id.slice("pm_card_".length)) : null;
}

/** The card's key for `tok_<name>`, or null when Stripe publishes no such token. */
export function cardOfToken(token: string): string | null {
  return token.startsWith("tok_") ? find(token.slice("tok_".length)) : null;
}

/** The card's key for a number (digits alone), or null when Stripe publishes no such test card. */
export function cardOfNumber(number: string): string | null {
  return Object.keys(CARDS).find((key) => CARDS[key]?.number === number) ?? null;
}

/** The card behind a key that one of the functions above gave. */
export function testCard(key: string): TestCard {
  const found = CARDS[key];
  if (!found) throw new Error(`no test card ${key}`);
  return found;
}
