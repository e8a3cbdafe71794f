import type { Ledger } from "./ledger.ts";
import type { ChargeRecord, Failure, IntentRecord } from "./records.ts";
import { type RawError, Refusal, refusal, unexpectedState } from "./refusals.ts";
import { shownCharge, shownDispute, shownIntent, shownPage } from "./shown.ts";
import { type TestCard, testCard } from "./test-cards.ts";

/** How intents move. https://docs.stripe.com/payments/paymentintents/lifecycle */

/** How long an authorisation may be captured. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
const AUTHORISATION_SECONDS = 7 * 24 * 60 * 60;

const announce = (ledger: Ledger, type: string, intent: IntentRecord) =>
  ledger.emit(type, shownIntent(intent));

/** Tries to pay. A decline is thrown as Stripe answers it, 402; the intent has it too. */
export function confirm(ledger: Ledger, intent: IntentRecord, card: string): void {
  if (intent.status !== "requires_payment_method" && intent.status !== "requires_action") {
    throw unexpectedState(intent.status);
  }
  if (testCard(card).isAuthenticated) {
    Object.assign(intent, { status: "requires_action", card });
    announce(ledger, "payment_intent.requires_action", intent);
    return;
  }
  const declined = charge(ledger, intent, card);
  if (declined) throw new Refusal(cardError(declined));
}

/** Ends the authentication under way: the card is charged, or the intent needs another. */
export function authenticate(ledger: Ledger, intent: IntentRecord, hasPassed: boolean): void {
  if (intent.status !== "requires_action" || intent.card === null) throw unexpectedState(intent.status);
  if (hasPassed) {
    charge(ledger, intent, intent.card);
    return;
  }
  fail(intent, { code: "payment_intent_authentication_failure" });
  announce(ledger, "payment_intent.payment_failed", intent);
}

/** Charges a card: holds its money, or is declined. @returns why it was declined */
function charge(ledger: Ledger, intent: IntentRecord, card: string): Failure | null {
  const { decline } = testCard(card);
  const made: ChargeRecord = {
    ...{ id: ledger.newId("ch"), intent: intent.id, metadata: intent.metadata, card, amount: intent.amount },
    ...{ status: decline ? "failed" : "succeeded", amountCaptured: 0, amountRefunded: 0, dispute: null },
  };
  ledger.charges.set(made.id, made);
  intent.charge = made.id;
  if (decline) {
    fail(intent, decline);
    ledger.emit("charge.failed", shownCharge(made));
    announce(ledger, "payment_intent.payment_failed", intent);
    return decline;
  }
  const captureBefore = ledger.nowSeconds() + AUTHORISATION_SECONDS;
  Object.assign(intent, { status: "requires_capture", card, failure: null, captureBefore });
  ledger.emit("charge.succeeded", shownCharge(made));
  announce(ledger, "payment_intent.amount_capturable_updated", intent);
  completePage(ledger, intent);
  return null;
}

function fail(intent: IntentRecord, failure: Failure): void {
  Object.assign(intent, { status: "requires_payment_method", card: null, failure });
}

/** A decline on a page completes nothing: its buyer may try again. */
function completePage(ledger: Ledger, intent: IntentRecord): void {
  const page = intent.page === null ? undefined : ledger.pages.get(intent.page);
  if (page?.status !== "open") return;
  page.status = "complete";
  ledger.emit("checkout.session.completed", shownPage(page));
}

const cardError = (failure: Failure): RawError => ({
  ...{ status: 402, type: "card_error", message: "Your card was declined." },
  ...failure,
});

/** Takes what is held; what is more than `amount` is let go. */
export function capture(ledger: Ledger, intent: IntentRecord, amount: number): void {
  const held = ledger.chargeOf(intent);
  if (intent.status !== "requires_capture" || !held) throw unexpectedState(intent.status);
  if (amount > intent.amount) throw refusal("more than is held", "amount_too_large");
  Object.assign(intent, { status: "succeeded", amountReceived: amount, captureBefore: null });
  held.amountCaptured = amount;
  ledger.emit("charge.captured", shownCharge(held));
  announce(ledger, "payment_intent.succeeded", intent);
  const { dispute } = testCard(held.card);
  if (dispute) openDispute(ledger, intent, held, dispute);
}

/** The buyer's bank asks for the money back; an inquiry takes none. */
export function openDispute(
  ledger: Ledger,
  intent: IntentRecord,
  taken: ChargeRecord,
  kind: NonNullable<TestCard["dispute"]>,
): void {
  const { id: charge, amountCaptured: amount } = taken;
  const dispute = { id: ledger.newId("du"), intent: intent.id, charge, amount, currency: intent.currency };
  ledger.disputes.set(dispute.id, dispute);
  taken.dispute = kind;
  ledger.emit("charge.dispute.created", shownDispute(dispute));
  if (kind === "charge back") ledger.emit("charge.dispute.funds_withdrawn", shownDispute(dispute));
}

/** Gives an intent up, with what it holds. */
export function cancel(ledger: Ledger, intent: IntentRecord): void {
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent.status);
  end(ledger, intent, "charge.refunded");
}

/** What nobody captured in time is the buyer's again. */
export function lapse(ledger: Ledger, intent: IntentRecord): void {
  if (intent.status !== "requires_capture") throw unexpectedState(intent.status);
  end(ledger, intent, "charge.expired");
}

function end(ledger: Ledger, intent: IntentRecord, release: string): void {
  const held = intent.status === "requires_capture" ? ledger.chargeOf(intent) : null;
  Object.assign(intent, { status: "canceled", captureBefore: null });
  if (held) {
    held.amountRefunded = held.amount;
    ledger.emit(release, shownCharge(held));
  }
  announce(ledger, "payment_intent.canceled", intent);
}

/** While a buyer may still be paying on its page, only the page can end an intent. */
export function refuseWhileOnPage(ledger: Ledger, intent: IntentRecord): void {
  const page = intent.page === null ? undefined : ledger.pages.get(intent.page);
  if (page?.status === "open") throw refusal("not of an intent that an open page has made");
}
