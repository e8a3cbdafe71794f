import type { Failure } from "./records.ts";

/** How one of Stripe's published test cards behaves. https://docs.stripe.com/testing */
export interface TestCard {
  /** The buyer has to prove first that the card is theirs. */
  isAuthenticated: boolean;
  /** How a charge ends, after any authentication; null is approval. */
  decline: Failure | null;
  refund: "succeeds" | "pending" | "fails";
  dispute: "charge back" | "inquiry" | null;
}

const card = (differing: Partial<TestCard> = {}): TestCard => ({
  ...{ isAuthenticated: false, decline: null, refund: "succeeds", dispute: null },
  ...differing,
});
const declined = (decline_code: string) => card({ decline: { code: "card_declined", decline_code } });
const authenticated = { isAuthenticated: true };
const insufficient = { code: "card_declined", decline_code: "insufficient_funds" };

const CARDS: Readonly<Record<string, TestCard>> = {
  visa: card(),
  mastercard: card(),
  amex: card(),
  chargeDeclined: declined("generic_decline"),
  chargeDeclinedInsufficientFunds: card({ decline: insufficient }),
  chargeDeclinedLostCard: declined("lost_card"),
  chargeDeclinedStolenCard: declined("stolen_card"),
  chargeDeclinedFraudulent: declined("fraudulent"),
  chargeDeclinedExpiredCard: card({ decline: { code: "expired_card" } }),
  chargeDeclinedIncorrectCvc: card({ decline: { code: "incorrect_cvc" } }),
  chargeDeclinedProcessingError: card({ decline: { code: "processing_error" } }),
  authenticationRequired: card(authenticated),
  authenticationRequiredChargeDeclinedInsufficientFunds: card({ ...authenticated, decline: insufficient }),
  pendingRefund: card({ refund: "pending" }),
  refundFail: card({ refund: "fails" }),
  createDispute: card({ dispute: "charge back" }),
  createDisputeInquiry: card({ dispute: "inquiry" }),
};

const PREFIX = "pm_card_";

/** The name of the card behind a test payment method, or null where there is no such card. */
export function cardNamed(paymentMethod: string): string | null {
  const name = paymentMethod.slice(PREFIX.length);
  return paymentMethod.startsWith(PREFIX) && Object.hasOwn(CARDS, name) ? name : null;
}

/** @throws for a name that {@link cardNamed} did not give */
export function testCard(name: string): TestCard {
  const found = CARDS[name];
  if (!found) throw new Error(`no test card ${name}`);
  return found;
}
